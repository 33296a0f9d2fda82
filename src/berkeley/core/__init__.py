"""The compiled core: everything here is Python compiled by Cython, and all that talks to the kernel
is here.
"""
