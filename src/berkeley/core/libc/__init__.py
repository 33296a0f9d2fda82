"""Declarations of C, one .pxd a header; no code."""
