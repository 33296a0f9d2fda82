"""<Python.h>: the C API that Cython has no spelling for. Declarations only: no code."""

from cpython.buffer cimport Py_buffer
from cpython.object cimport PyObject, PyTypeObject

cdef extern from "<Python.h>":
    int PySys_Audit(const char *event, const char *format, ...) except -1
    int PyErr_CheckSignals() except -1
    int PyErr_ResourceWarning(object source, Py_ssize_t level, const char *format, ...) except -1

    # Without "except": the caller looks at the result, and changes the exception.
    int PyObject_GetBuffer(object exporter, Py_buffer *view, int flags) noexcept
    void PyErr_Clear() noexcept
    int PyObject_SetAttrString(object target, const char *name, object value) noexcept
    # Py_buffer with its owner as a pointer: Cython would give back what stands there uninitialized.
    ctypedef struct Buffer "Py_buffer":
        PyObject *obj
    object PyObject_Call(object callable, object args, PyObject *kwargs)
    bint PyIndex_Check(object value)
    object PyNumber_Index(object value)
    unsigned long long PyLong_AsUnsignedLongLongMask(object value) except? 0xFFFFFFFFFFFFFFFF

    ctypedef struct PyThreadState:
        pass
    ctypedef struct PyInterpreterState:
        pass
    PyInterpreterState *PyInterpreterState_Get()
    PyThreadState *PyInterpreterState_ThreadHead(PyInterpreterState *interpreter)
    PyThreadState *PyThreadState_Next(PyThreadState *thread)

    int _PyBytes_Resize(PyObject **data, Py_ssize_t size) except -1

    bint PyUnicode_IS_COMPACT_ASCII(object text)
    void *PyUnicode_DATA(object text)
    Py_ssize_t PyUnicode_GET_LENGTH(object text)
    object PyUnicode_New(Py_ssize_t size, Py_UCS4 maxchar)
    object PyUnicode_DecodeFSDefaultAndSize(const char *text, Py_ssize_t size)
    object PyUnicode_DecodeLocale(const char *text, const char *errors)
    object PyUnicode_EncodeFSDefault(object text)
    object PyUnicode_AsEncodedString(object text, const char *encoding, const char *errors)

    ctypedef struct PyTypeObject_slots "PyTypeObject":
        object (*tp_new)(PyTypeObject *type, object args, PyObject *kwargs)
        void (*tp_free)(void *self)
        PyObject *tp_dict
        Py_ssize_t tp_basicsize
        unsigned long tp_flags

    unsigned long Py_TPFLAGS_IMMUTABLETYPE
    void PyType_Modified(PyTypeObject *kind) noexcept

    ctypedef struct PyMethodDef:
        pass
    ctypedef struct PyMethodDescrObject:
        PyMethodDef *d_method
    object PyDescr_NewMethod(PyTypeObject *kind, PyMethodDef *method)

# The value of a small int without a call: a public interface of <longintrepr.h> since 3.12.
cdef extern from *:
    """
    #if PY_VERSION_HEX >= 0x030C0000
    #define BERKELEY_IS_SMALL(number) PyUnstable_Long_IsCompact((PyLongObject *)(number))
    #define BERKELEY_SMALL_VALUE(number) PyUnstable_Long_CompactValue((PyLongObject *)(number))
    #else
    #define BERKELEY_IS_SMALL(number) (Py_SIZE(number) >= -1 && Py_SIZE(number) <= 1)
    #define BERKELEY_SMALL_VALUE(number) \\
        (Py_SIZE(number) * (Py_ssize_t)((PyLongObject *)(number))->ob_digit[0])
    #endif
    """
    # Of an int: whether it is below 2**30 in size, and its value then.
    bint BERKELEY_IS_SMALL(object number)
    Py_ssize_t BERKELEY_SMALL_VALUE(object number)

# A macro without a value, there or not; here it is a number.
cdef extern from *:
    """
    #ifdef Py_GIL_DISABLED
    #define BERKELEY_NO_GIL 1
    #else
    #define BERKELEY_NO_GIL 0
    #endif
    """
    bint BERKELEY_NO_GIL
