"""What a program frozen by PyInstaller needs of gradtape.

Its names are found by text on first use, so no import statement leads to the modules behind them.
The GPU backend goes along where what it computes with is installed.
"""

from PyInstaller.utils.hooks import (  # type: ignore[import-untyped]
    can_import_module,
    collect_data_files,
    collect_submodules,
)

hiddenimports = collect_submodules("gradtape", filter=lambda name: "__pyinstaller" not in name)
datas = []
if can_import_module("wgpu"):
    hiddenimports += collect_submodules("gradtape_webgpu")
    datas += collect_data_files("gradtape_webgpu", includes=["**/*.js"])
