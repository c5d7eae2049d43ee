"""Settings of the environment under which lessons print what is committed, on any machine.

Nothing is imported here but what tells the machine, so that it can be read before NumPy is.
"""

import platform

# One thread: sums are added in the same order, and two lessons at a time do not crowd out each
# other.
SETTINGS = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "SHAPZERO_STATIC": "1",  # explore() draws panels instead of sliders
    "MPLBACKEND": "Agg",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # else the debugger's remark may end up in stderr
}
# A network trained with wider instructions ends elsewhere: R² 0.79 became 0.76 in lesson 14. These
# keep PyTorch, its libraries and OpenBLAS to what every x86 processor since 2015 has.
if platform.machine().lower() in {"x86_64", "amd64"}:
    SETTINGS |= {
        "ATEN_CPU_CAPABILITY": "avx2",
        "ONEDNN_MAX_CPU_ISA": "AVX2",
        "MKL_ENABLE_INSTRUCTIONS": "AVX2",
        "OPENBLAS_CORETYPE": "Haswell",
    }
