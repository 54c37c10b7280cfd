// SPDX-License-Identifier: MPL-2.0

//go:build race

package acceptance_test

// raceEnabled reports whether the race detector is on, with which the fault matrix and many objects take many times as
// long.
const raceEnabled = true
