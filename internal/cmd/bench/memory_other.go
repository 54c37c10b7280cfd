//go:build !unix

package main

import "os"

const canMeasureMemory = false

func peakMemory(*os.ProcessState) int64 { return 0 }
