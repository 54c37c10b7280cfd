// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"runtime"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// allocated returns the number of bytes that a call allocates, client and server together, and how many of them are
// live afterwards.
func allocated(call func()) (total, live uint64) {
	var before, after runtime.MemStats

	runtime.GC()
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	total = after.TotalAlloc - before.TotalAlloc

	runtime.GC()
	runtime.ReadMemStats(&after)

	return total, after.HeapAlloc - min(before.HeapAlloc, after.HeapAlloc)
}

func serveMock(t *testing.T, options mockapi.Options) *Client {
	t.Helper()

	options.APIKey = testKey

	server, err := mockapi.New(options)
	if err != nil {
		t.Fatal(err)
	}

	return serve(t, server)
}

//nolint:paralleltest // measures the memory of the whole process
func TestMemory_HugeResponse(t *testing.T) {
	client := serveMock(t, mockapi.Options{Faults: []mockapi.Fault{{Kind: mockapi.FaultHugeBody, Bytes: 400 << 20}}})

	var err error

	total, live := allocated(func() { _, err = client.GetModel(t.Context(), testModel) })

	wantDecodeError(t, err, "larger than 16 MiB")
	t.Logf("a response of 400 MiB: %d MiB allocated, %d KiB live", total>>20, live>>10)
	// The buffer doubles until it holds the limit; the race detector doubles that.
	if total > 10*MaxResponseBytes || live > 1<<20 {
		t.Error("that exceeds the limit")
	}
}

//nolint:paralleltest // measures the memory of the whole process
func TestMemory_LongList(t *testing.T) {
	const rows = 10_000

	client := serveMock(t, mockapi.Options{BigJobCheckpoints: rows})

	var (
		checkpoints []Checkpoint
		err         error
	)

	total, live := allocated(func() {
		checkpoints, err = client.ListCheckpoints(t.Context(), JobName{AccountID: "demo", JobID: "big-run"}, 0)
	})

	if err != nil || len(checkpoints) != rows {
		t.Fatalf("%d checkpoints, error %v", len(checkpoints), err)
	}

	t.Logf("%d checkpoints: %d MiB allocated with those of the mock, %d MiB (%d bytes a row) live", rows, total>>20,
		live>>20, live/rows)

	if live > 8<<20 || total > 256<<20 {
		t.Error("that exceeds the limit")
	}

	runtime.KeepAlive(checkpoints)
}
