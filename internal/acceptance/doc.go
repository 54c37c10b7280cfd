// SPDX-License-Identifier: MPL-2.0

// Package acceptance tests the product as a whole: examples, guides, documentation, mistakes of users, faults and load.
package acceptance
