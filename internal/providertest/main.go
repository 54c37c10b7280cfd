// SPDX-License-Identifier: MPL-2.0

package providertest

import (
	"flag"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"testing"
)

// Main is the TestMain of the packages that use the harness. It runs more tests at a time than there are processors,
// because they wait for responses and timeouts most of the time. Acceptance tests keep the processors busy. The flag
// -parallel overrides it.
func Main(m *testing.M) {
	if url := os.Getenv(neighborURL); url != "" {
		runNeighbor(url, os.Getenv(neighborKey))
		return
	}

	flag.Parse()

	parallel := flag.Lookup("test.parallel")
	if !Acceptance() && parallel.Value.String() == parallel.DefValue {
		if err := parallel.Value.Set(strconv.Itoa(4 * runtime.GOMAXPROCS(0))); err != nil {
			panic(err)
		}
	}

	// Servers and platforms that live for one test make a third of the processor time garbage collection. Benchmarks
	// measure with the usual settings.
	if os.Getenv("GOGC") == "" && flag.Lookup("test.bench").Value.String() == "" {
		debug.SetGCPercent(300)
		debug.SetMemoryLimit(2 << 30)
	}

	code := m.Run()

	os.RemoveAll(programs.directory)
	os.Exit(code)
}
