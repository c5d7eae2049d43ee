"""Settings of the environment under which lessons print what is committed, on any machine.

Nothing is imported here but what tells the machine: this is read before NumPy is loaded.
"""

import platform
from pathlib import Path


def _has_avx2() -> bool:
    """Whether this is an x86 processor with AVX2; where the system does not tell, it is likely."""
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return False
    told = Path("/proc/cpuinfo")
    return not told.exists() or " avx2 " in told.read_text(encoding="utf-8")


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
# keep PyTorch, its libraries and OpenBLAS to what nearly every x86 processor has.
if _has_avx2():
    SETTINGS |= {
        "ATEN_CPU_CAPABILITY": "avx2",
        "ONEDNN_MAX_CPU_ISA": "AVX2",
        "MKL_ENABLE_INSTRUCTIONS": "AVX2",
        "OPENBLAS_CORETYPE": "Haswell",
    }
