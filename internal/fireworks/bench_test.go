package fireworks

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// benchmarkRows is a long training run: 50 pages of the largest size.
const benchmarkRows = 50 * MaxPageSize

// cannedAnswers serves answers that were written before, a request's number being the last digits of its query.
// It allocates next to nothing, so that what a benchmark counts is the client's own.
type cannedAnswers struct {
	answers [][]byte
	latency time.Duration
}

func serveCanned(t testing.TB, latency time.Duration, bodies ...string) *Client {
	t.Helper()

	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = listener.Close() })

	server := cannedAnswers{latency: latency}
	for _, body := range bodies {
		server.answers = append(
			server.answers,
			fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body),
		)
	}

	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}

			go server.answer(conn)
		}
	}()

	return newTestClient(t, "http://"+listener.Addr().String())
}

func (s cannedAnswers) answer(conn net.Conn) {
	defer func() { _ = conn.Close() }()

	reader := bufio.NewReader(conn)
	timer := time.NewTimer(0)

	for {
		page := 0

		for first := true; ; first = false {
			line, err := reader.ReadSlice('\n')
			if err != nil {
				return
			}

			if first {
				timer.Reset(s.latency)

				page = pageOf(line)
			}

			if len(bytes.TrimRight(line, "\r\n")) == 0 {
				break
			}
		}

		<-timer.C

		if _, err := conn.Write(s.answers[page]); err != nil {
			return
		}
	}
}

// pageOf reads the number at the end of pageToken=page-12 in a request line.
func pageOf(line []byte) int {
	_, token, found := bytes.Cut(line, []byte("pageToken=page-"))
	page := 0

	for _, digit := range token {
		if !found || digit < '0' || digit > '9' {
			break
		}

		page = page*10 + int(digit-'0')
	}

	return page
}

// checkpointPages are the answers to a listing, in the form and the size that the platform gives them.
func checkpointPages(rows int) []string {
	start := time.Date(2026, 5, 1, 10, 0, 0, 123456000, time.UTC)

	var pages []string

	for first := 0; first < rows; first += MaxPageSize {
		var page strings.Builder
		page.WriteString(`{"checkpoints":[`)

		last := min(first+MaxPageSize, rows)
		for i := first; i < last; i++ {
			at := start.Add(time.Duration(i) * time.Minute).Format(time.RFC3339Nano)
			fmt.Fprintf(
				&page,
				`{"name":"accounts/demo/rlorTrainerJobs/big-run/checkpoints/step-%d-%08x","createTime":%q,"updateTime":%q,"checkpointType":"CHECKPOINT_TYPE_INFERENCE_ARC_V2","promotable":%t},`,
				(i+1)*10,
				i,
				at,
				at,
				i%5 == 4,
			)
		}

		text := strings.TrimSuffix(page.String(), ",") + `]`
		if last < rows {
			text += fmt.Sprintf(`,"nextPageToken":"page-%d"`, len(pages)+1)
		}

		pages = append(pages, text+fmt.Sprintf(`,"totalSize":%d}`, rows))
	}

	return pages
}

// BenchmarkListCheckpoints lists a long run, with a server that takes its time and with one that takes none.
func BenchmarkListCheckpoints(b *testing.B) {
	for _, latency := range []time.Duration{5 * time.Millisecond, 0} {
		b.Run("latency="+latency.String(), func(b *testing.B) {
			client := serveCanned(b, latency, checkpointPages(benchmarkRows)...)
			b.ReportAllocs()

			for b.Loop() {
				rows, err := client.ListCheckpoints(b.Context(), testJob, MaxPageSize)
				if err != nil || len(rows) != benchmarkRows {
					b.Fatalf("%d rows, error %v", len(rows), err)
				}
			}
		})
	}
}

// BenchmarkGetModel is what one refresh of one promoted model asks of the client.
func BenchmarkGetModel(b *testing.B) {
	client := serveCanned(
		b,
		0,
		`{"name":"accounts/acme/models/tuned","displayName":"Tuned","createTime":"2026-05-01T10:00:00.123456Z","updateTime":"2026-05-01T10:03:00Z",`+
			`"state":"READY","status":{"code":"OK","message":""},"kind":"HF_PEFT_ADDON","contextLength":32768,`+
			`"peftDetails":{"baseModel":"accounts/fireworks/models/qwen3-8b","r":16,"targetModules":["q_proj","k_proj","v_proj","o_proj"],"baseModelType":"qwen3"}}`,
	)
	b.ReportAllocs()

	for b.Loop() {
		if _, err := client.GetModel(b.Context(), testModel); err != nil {
			b.Fatal(err)
		}
	}
}

// What is done to every answer, such as taking secrets out of it, must not cost something for every row.
//
//nolint:paralleltest // allocations are counted in the whole process
func TestListingARowAllocatesLittle(t *testing.T) {
	const rows = 10 * MaxPageSize

	client := serveCanned(t, 0, checkpointPages(rows)...)

	allocations := testing.AllocsPerRun(5, func() {
		if _, err := client.ListCheckpoints(t.Context(), testJob, MaxPageSize); err != nil {
			t.Fatal(err)
		}
	})
	if perRow := allocations / rows; perRow > maxAllocationsPerRow+0.5 {
		t.Errorf("%.1f allocations per row, want at most %.1f", perRow, maxAllocationsPerRow+0.5)
	}
}
