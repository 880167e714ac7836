// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// The bodies of Beast's functions, compiled once for the whole program.
#include <boost/beast/src.hpp>
