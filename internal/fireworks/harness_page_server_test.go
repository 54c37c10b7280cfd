// SPDX-License-Identifier: MPL-2.0

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

// benchmarkRows is the number of checkpoints of a long training run: 50 pages.
const benchmarkRows = 50 * MaxPageSize

// pageServer serves prepared responses; the page token of a request is the index of its response.
// It allocates almost nothing, so that benchmarks and tests count the allocations of the client.
type pageServer struct {
	responses [][]byte
	latency   time.Duration
}

// servePages starts a pageServer and returns its URL.
func servePages(t testing.TB, latency time.Duration, bodies ...string) string {
	t.Helper()

	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = listener.Close() })

	server := pageServer{latency: latency}
	for _, body := range bodies {
		server.responses = append(server.responses,
			fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
				len(body), body))
	}

	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}

			go server.serve(conn)
		}
	}()

	return "http://" + listener.Addr().String()
}

// serve responds to the requests of one connection.
func (s pageServer) serve(conn net.Conn) {
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

		if _, err := conn.Write(s.responses[page]); err != nil {
			return
		}
	}
}

// pageOf returns the page number in a request line, such as 12 for pageToken=page-12.
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

// checkpointPages returns the response bodies of a listing, in the form and size that the API uses.
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
				`{"name":"accounts/demo/rlorTrainerJobs/big-run/checkpoints/step-%d-%08x","createTime":%q,"updateTime":%q,`+
					`"checkpointType":"CHECKPOINT_TYPE_INFERENCE_ARC_V2","promotable":%t},`,
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
