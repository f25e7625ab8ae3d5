"""Signals: Fourier and cosine transforms, windows, frames, spectrograms; with TF's signatures."""
