"""The arrays that the rooms of the engine hand to each other, by what stands in them."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
Bytes = NDArray[np.int8]
Ints = NDArray[np.int32]
