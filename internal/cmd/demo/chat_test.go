// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A server that sends the key back in an error makes the demo fail without showing it.
func TestChat_KeyNotShown(t *testing.T) {
	t.Parallel()

	echo := func(status, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = conn.Close() }()

			key := r.Header.Get("Authorization")
			_, _ = io.WriteString(conn, "HTTP/1.1 "+strings.ReplaceAll(status, "KEY", key)+
				"\r\nConnection: close\r\n\r\n"+strings.ReplaceAll(body, "KEY", key))
		}
	}

	for name, handler := range map[string]http.HandlerFunc{
		"status text": echo("400 KEY", "KEY"),
		"error":       echo("401 Unauthorized", `{"error":{"message":"KEY"}}`),
		"not JSON":    echo("200 OK", "KEY"),
		"other JSON":  echo("200 OK", `{"choices":["KEY"]}`),
		"no content":  echo("200 OK", `{"choices":[{"message":{"refusal":"KEY"}}]}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := httptest.NewServer(handler)
			t.Cleanup(server.Close)

			var out bytes.Buffer

			reply, err := (&demo{out: &out}).chat(t.Context(), server.URL, "m", question)
			if err == nil {
				t.Fatalf("succeeded with %q", reply)
			}

			if shown := out.String() + err.Error() + reply; strings.Contains(shown, apiKey) {
				t.Errorf("the key is shown:\n%s", shown)
			}
		})
	}
}
