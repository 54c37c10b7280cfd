// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// writeSpaces writes n spaces, which JSON ignores, in pieces.
func writeSpaces(w io.Writer, n int) {
	piece := bytes.Repeat([]byte(" "), 64<<10)
	for n > 0 {
		written, err := w.Write(piece[:min(n, len(piece))])
		if err != nil {
			return
		}

		n -= written
	}
}

// gzipBomb is text and n MiB of spaces, compressed into little more than n KiB.
func gzipBomb(text string, n int) string {
	pack := func(fill func(io.Writer)) string {
		var packed bytes.Buffer

		w := gzip.NewWriter(&packed)
		fill(w)
		_ = w.Close()

		return packed.String()
	}
	// Concatenated gzip streams are decompressed as one.
	first := pack(func(w io.Writer) { _, _ = io.WriteString(w, text) })

	return first + strings.Repeat(pack(func(w io.Writer) { writeSpaces(w, 1<<20) }), n)
}

func TestResponse_SizeLimit(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		size      int
		announced bool
		refused   bool
	}{
		"at the limit, announced": {MaxResponseBytes, true, false},
		"one byte above, chunked": {MaxResponseBytes + 1, false, true},
		"far above, announced":    {100 * MaxResponseBytes, true, true},
		"far above, chunked":      {100 * MaxResponseBytes, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if test.announced {
					w.Header().Set("Content-Length", strconv.Itoa(test.size))
				}

				_, _ = io.WriteString(w, promotedModel)
				writeSpaces(w, test.size-len(promotedModel))
			}), withRetries(8))

			_, err := client.GetModel(t.Context(), testModel)
			if !test.refused {
				if err != nil {
					t.Error(err)
				}

				return
			}

			wantDecodeError(t, err, "larger than 16 MiB")
			checkNoSlotHeld(t, client)
		})
	}
}

func TestResponse_Gzip(t *testing.T) {
	t.Parallel()

	packed := func(status int, text string, size int) cannedResponse {
		return cannedResponse{status, gzipBomb(text, size), map[string]string{"Content-Encoding": "gzip"}}
	}

	_, err := serve(t, respondWith(packed(200, promotedModel, 1))).GetModel(t.Context(), testModel)
	checkEqual(t, "error of a small response", err, nil)

	server := respondWith(packed(200, promotedModel, 1000))
	_, err = serve(t, server, withRetries(8)).GetModel(t.Context(), testModel)
	wantDecodeError(t, err, "larger than 16 MiB")
	checkEqual(t, "requests", server.count(), 1)

	_, err = serve(t, respondWith(packed(400, "", 1000))).GetModel(t.Context(), testModel)
	checkEqual(t, "message", wantAPIError(t, err).Message, "(no message)")
}

func TestErrorResponse_SizeLimit(t *testing.T) {
	t.Parallel()

	const much = 64 << 20

	sent := make(chan int, 1)

	client := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)

		written := 0
		for piece := bytes.Repeat([]byte("x"), 64<<10); written < much; {
			n, err := w.Write(piece)
			if written += n; err != nil {
				break
			}
		}

		sent <- written
	}))
	if _, err := client.GetModel(t.Context(), testModel); StatusOf(err) != http.StatusBadRequest {
		t.Errorf("error %v", err)
	}

	if n := <-sent; n >= much {
		t.Error("the whole response was read")
	}
}

func TestResponse_Undecodable(t *testing.T) {
	t.Parallel()

	bodies := map[string]struct{ body, reason string }{
		"empty":         {"", "unexpected end of JSON input"},
		"truncated":     {`{"name":"accounts/acme/mod`, "unexpected end of JSON input"},
		"garbage":       {"\x00\x01\x02\xff", "invalid character"},
		"trailing data": {promotedModel + promotedModel, "after top-level value"},
		"an array":      {`[1]`, "cannot unmarshal array"},
		"a text":        {`"fine"`, "cannot unmarshal string"},
		"deep":          {strings.Repeat(`{"a":`, 20_000), "exceeded max depth"},
		"HTML":          {" <!doctype html><html>sign in</html>", "an HTML page instead of JSON"},
	}

	forEachCall(t, func(t *testing.T, call apiCall) {
		for name, test := range bodies {
			if name == "empty" && call.ignoresResponse() {
				continue
			}

			server := respondWith(ok(test.body))
			client, _ := serveInBubble(t, server, withRetries(8))
			wantDecodeError(t, call.err(t.Context(), client), test.reason)
			checkEqual(t, name+": requests", server.count(), 1)
			checkNoSlotHeld(t, client)
		}
	})
}

// ignoresResponse reports whether the call accepts every JSON object, and no body at all.
func (c apiCall) ignoresResponse() bool {
	return c.response == `{}` && c.request.method != http.MethodGet
}

func TestResponse_WithoutContent(t *testing.T) {
	t.Parallel()

	const wrongTypes = `{"name":1,"accounts":1,"checkpoints":1,"models":1,"routers":1,"dpoJobs":1,"deployments":1,` +
		`"deployedModels":1,"quotas":1,"deploymentShapeVersions":1,"trainingShapeVersions":1,"model":1}`

	acceptsNothing := map[string]bool{"MatchDeploymentShapes": true, "ValidateDeployment": true}

	forEachCall(t, func(t *testing.T, call apiCall) {
		for _, body := range []string{`{}`, `null`, `{"name":""}`, wrongTypes} {
			client, _ := serveInBubble(t, respondWith(ok(body)))
			err := call.err(t.Context(), client)

			accepted := call.response == `{}` || acceptsNothing[call.name]
			if body == wrongTypes {
				accepted = call.ignoresResponse()
			}

			checkEqual(t, "accepts "+body, err == nil, accepted)
		}
	})
}
