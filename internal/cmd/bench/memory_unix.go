//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

const canMeasureMemory = true

// peakMemory is the most memory that an ended process used, in bytes.
func peakMemory(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}

	peak := int64(usage.Maxrss) //nolint:unconvert // it has 32 bits on some systems
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return peak
	}

	return peak << 10
}
