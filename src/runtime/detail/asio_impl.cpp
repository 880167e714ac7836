// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// The bodies of Asio's functions, compiled once for the whole program.
#include <boost/asio/impl/src.hpp>
