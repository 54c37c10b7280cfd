// SPDX-License-Identifier: MPL-2.0

package providertest

import (
	"flag"
	"os"
	"runtime"
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

	os.Exit(m.Run())
}
