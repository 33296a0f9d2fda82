# What other compiled modules call, made by Cython.
__pyx_capi__: dict[str, object]
