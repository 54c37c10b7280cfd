// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"
)

// BenchmarkListCheckpoints measures a listing of 10,000 checkpoints, beside a plain net/http client that discards the
// same pages: the floor.
func BenchmarkListCheckpoints(b *testing.B) {
	for _, latency := range []time.Duration{5 * time.Millisecond, 0} {
		baseURL := servePages(b, latency, checkpointPages(benchmarkRows)...)

		b.Run("latency="+latency.String(), func(b *testing.B) {
			client := newTestClient(b, baseURL)

			for b.Loop() {
				rows, err := client.ListCheckpoints(b.Context(), testJob, MaxPageSize)
				if err != nil || len(rows) != benchmarkRows {
					b.Fatalf("%d rows, error %v", len(rows), err)
				}
			}
		})

		b.Run("latency="+latency.String()+"/floor", func(b *testing.B) {
			client := &http.Client{Transport: &http.Transport{}}
			b.Cleanup(client.CloseIdleConnections)

			for b.Loop() {
				for page := range benchmarkRows / MaxPageSize {
					discardPage(b, client, fmt.Sprintf("%s/?pageToken=page-%d", baseURL, page))
				}
			}
		})
	}
}

func discardPage(b *testing.B, client *http.Client, url string) {
	b.Helper()

	request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url, nil)
	if err != nil {
		b.Fatal(err)
	}

	response, err := client.Do(request)
	if err != nil {
		b.Fatal(err)
	}

	defer func() { _ = response.Body.Close() }()

	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkGetModel measures the request that the refresh of one promoted model makes.
func BenchmarkGetModel(b *testing.B) {
	const body = `{"name":"accounts/acme/models/tuned","displayName":"Tuned","createTime":"2026-05-01T10:00:00.123456Z",` +
		`"updateTime":"2026-05-01T10:03:00Z","state":"READY","status":{"code":"OK","message":""},"kind":"HF_PEFT_ADDON",` +
		`"contextLength":32768,"peftDetails":{"baseModel":"accounts/fireworks/models/qwen3-8b","r":16,"baseModelType":"qwen3"}}`

	client := newTestClient(b, servePages(b, 0, body))

	for b.Loop() {
		if _, err := client.GetModel(b.Context(), testModel); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPoll reports in virtual time how long after an event a wait for it finishes, and how many polls it takes.
func BenchmarkPoll(b *testing.B) {
	for _, took := range []time.Duration{time.Second, 10 * time.Second, time.Minute, 10 * time.Minute, 2 * time.Hour} {
		b.Run(took.String(), func(b *testing.B) {
			var late, worst time.Duration

			polls, waits := 0, 0

			for b.Loop() {
				// Vary the duration, so that it does not coincide with a poll.
				d := randomDuration(took*9/10, took)

				l, n, err := overshoot(b.Context(), DefaultPollInterval(), d)
				if err != nil {
					b.Fatal(err)
				}

				late, worst, polls, waits = late+l, max(worst, l), polls+n, waits+1
			}

			b.ReportMetric(late.Seconds()/float64(waits), "late-s/op")
			b.ReportMetric(worst.Seconds(), "late-s-max")
			b.ReportMetric(float64(polls)/float64(waits), "polls/op")
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
