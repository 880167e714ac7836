// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The tests' precompiled header: the program's own plus doctest.

#include "pch.hpp"

#include <doctest/doctest.h>
