// SPDX-License-Identifier: MPL-2.0

//go:build race

package acceptance_test

// raceEnabled reports whether the race detector is on, which makes the fault matrix take many times as long.
const raceEnabled = true
