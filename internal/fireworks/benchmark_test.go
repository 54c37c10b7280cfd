package fireworks

import (
	"encoding/json"
	"slices"
	"testing"
	"time"
)

// maxAllocationsPerRow is what decoding may allocate for a checkpoint: its name, its type, two timestamps, and a share of its page.
const maxAllocationsPerRow = 5.0

//nolint:paralleltest // allocations are counted in the whole process
func TestDecodingARowOfCheckpointsAllocatesLittle(t *testing.T) {
	page := []byte(checkpointPages(MaxPageSize)[0])

	allocations := testing.AllocsPerRun(20, func() {
		if err := json.Unmarshal(page, &checkpointPage{}); err != nil {
			t.Fatal(err)
		}
	})
	if perRow := allocations / MaxPageSize; perRow > maxAllocationsPerRow {
		t.Errorf("%.1f allocations per row, want at most %.1f", perRow, maxAllocationsPerRow)
	}
}

func BenchmarkDecodeCheckpointPage(b *testing.B) {
	page := []byte(checkpointPages(MaxPageSize)[0])
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()

	for b.Loop() {
		if err := json.Unmarshal(page, &checkpointPage{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPollOvershoot tells what a wait costs beyond what is waited for, and how many looks it takes.
func BenchmarkPollOvershoot(b *testing.B) {
	for _, took := range []time.Duration{100 * time.Millisecond, time.Second, 10 * time.Second, time.Minute, 10 * time.Minute, 2 * time.Hour} {
		b.Run(took.String(), func(b *testing.B) {
			var late, worst time.Duration

			looks, waits := 0, 0

			for b.Loop() {
				// Not quite the same duration every time, so that no step of the pace is met by chance.
				d := randomDuration(took*9/10, took)

				l, n, err := overshoot(b.Context(), DefaultPollInterval(), d)
				if err != nil {
					b.Fatal(err)
				}

				late, worst, looks, waits = late+l, max(worst, l), looks+n, waits+1
			}

			b.ReportMetric(late.Seconds()/float64(waits), "s-late")
			b.ReportMetric(worst.Seconds(), "s-late-at-worst")
			b.ReportMetric(float64(looks)/float64(waits), "looks")
			b.ReportMetric(100*late.Seconds()/float64(waits)/took.Seconds(), "%-late")
		})
	}
}

// BenchmarkKeyDetector measures what the search for the API key adds to a listing of 10,000 rows.
func BenchmarkKeyDetector(b *testing.B) {
	var pages [][]byte
	for _, page := range checkpointPages(benchmarkRows) {
		pages = append(pages, []byte(page))
	}

	detector := newKeyDetector(testKey)

	for b.Loop() {
		if slices.ContainsFunc(pages, detector.matches) {
			b.Fatal("the key was found")
		}
	}
}
