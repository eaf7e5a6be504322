"""NumPy: code that reads as if it was written by hand."""
