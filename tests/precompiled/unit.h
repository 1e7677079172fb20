// What the core's unit tests include from outside, compiled once (tests/core.mk).
#include <gtest/gtest.h>

#include "core.h"
