"""`tf.sysconfig`: how the library was built; it has nothing to compile against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from gradtape.errors import UnimplementedError
from gradtape.names.absence import absent_from

__all__ = ["get_build_info", "get_compile_flags", "get_include", "get_lib", "get_link_flags"]


def get_build_info() -> dict[str, Any]:
    """What the build contains: neither CUDA, ROCm nor TensorRT.

    >>> import gradtape as tf
    >>> tf.sysconfig.get_build_info()["is_cuda_build"]
    False
    """
    return {"is_cuda_build": False, "is_rocm_build": False, "is_tensorrt_build": False}


def _refuse(name: str) -> NoReturn:
    raise UnimplementedError(
        None,
        None,
        f"tf.sysconfig.{name}: gradtape is pure Python, there is nothing to compile against. "
        "tf.custom_gradient and tf.py_function take functions of your own.",
    )


def get_include() -> NoReturn:
    """Refused: there are no headers. Raises: UnimplementedError."""
    _refuse("get_include")


def get_lib() -> NoReturn:
    """Refused: there is no library to link. Raises: UnimplementedError."""
    _refuse("get_lib")


def get_compile_flags() -> list[str]:
    """None are needed."""
    return []


def get_link_flags() -> list[str]:
    """None are needed."""
    return []


if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
