// SPDX-License-Identifier: MPL-2.0

package fireworks

import "testing"

// maxAllocationsPerRow is the limit for decoding one checkpoint: its name, its type, two timestamps, and a share of its
// page.
const maxAllocationsPerRow = 5.0

//nolint:paralleltest // counts the allocations of the whole process
func TestDecodeCheckpoints_Allocations(t *testing.T) {
	data := []byte(checkpointPages(MaxPageSize)[0])

	allocations := testing.AllocsPerRun(20, func() {
		if err := new(page[Checkpoint]).decode(data); err != nil {
			t.Fatal(err)
		}
	})

	if perRow := allocations / MaxPageSize; perRow > maxAllocationsPerRow {
		t.Errorf("%.1f allocations per row, want at most %.1f", perRow, maxAllocationsPerRow)
	}
}

// The checks of a response, such as the search for the API key, must not allocate for every row.
//
//nolint:paralleltest // counts the allocations of the whole process
func TestListCheckpoints_Allocations(t *testing.T) {
	const rows = 10 * MaxPageSize

	client := newTestClient(t, servePages(t, 0, checkpointPages(rows)...))

	allocations := testing.AllocsPerRun(5, func() {
		if _, err := client.ListCheckpoints(t.Context(), testJob, MaxPageSize); err != nil {
			t.Fatal(err)
		}
	})

	if perRow := allocations / rows; perRow > maxAllocationsPerRow+0.5 {
		t.Errorf("%.1f allocations per row, want at most %.1f", perRow, maxAllocationsPerRow+0.5)
	}
}
