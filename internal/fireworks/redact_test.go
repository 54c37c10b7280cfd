// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

// oddSecret contains the characters that escaping changes.
const oddSecret = `s3cr+et/&<"'> 100%ä`

// encodedForms returns a secret in the encodings in which servers and proxies may return it.
func encodedForms(secret string) map[string]string {
	inJSON, _ := json.Marshal(secret)

	return map[string]string{
		"raw":           secret,
		"query-escaped": url.QueryEscape(secret),
		"path-escaped":  url.PathEscape(secret),
		"HTML-escaped":  html.EscapeString(secret),
		"JSON-escaped":  string(inJSON[1 : len(inJSON)-1]),
		"quoted by Go":  strconv.Quote(secret),
	}
}

func TestRedact_EchoedSecrets(t *testing.T) {
	t.Parallel()

	for _, secret := range []string{testKey, oddSecret, `quote at the end"`} {
		for how, echo := range encodedForms(secret) {
			t.Run(secret+" "+how, func(t *testing.T) {
				t.Parallel()

				plain := "you sent <" + echo + "> and " + echo + "."

				wrapped, err := json.Marshal(map[string]string{"message": plain})
				if err != nil {
					t.Fatal(err)
				}

				for _, body := range []string{plain, string(wrapped), `{"error":` + string(wrapped) + `}`} {
					server := respondWith(cannedResponse{status: 401, body: body,
						header: map[string]string{"X-Request-Id": url.QueryEscape(secret)}})
					client := serve(t, server, func(c *Config) {
						c.AdditionalHeaders = map[string]string{"X-A": oddSecret, "X-B-Token": `  quote at the end" `}
					})
					_, err := client.GetModel(t.Context(), testModel)
					apiError := wantAPIError(t, err)

					want := "you sent <(redacted)> and (redacted)."
					if how == "quoted by Go" {
						want = `you sent <"(redacted)"> and "(redacted)".`
					}

					checkEqual(t, "Message", apiError.Message, want)
					checkEqual(t, "RequestID", apiError.RequestID, "(redacted)")
				}
			})
		}
	}
}

// A JSON body without a known field for the message is passed on as it is, so its texts are escaped once more.
func TestRedact_UnknownErrorBody(t *testing.T) {
	t.Parallel()

	for how, echo := range encodedForms(oddSecret) {
		t.Run(how, func(t *testing.T) {
			t.Parallel()

			body, err := json.Marshal(map[string]string{"other": "<" + echo + ">"})
			if err != nil {
				t.Fatal(err)
			}

			server := respondWith(cannedResponse{status: 400, body: string(body)})
			client := serve(t, server, func(c *Config) { c.AdditionalHeaders = map[string]string{"X-A": oddSecret} })
			_, err = client.GetModel(t.Context(), testModel)

			message := wantAPIError(t, err).Message
			if !strings.Contains(message, redacted) || strings.Contains(message, "s3cr") {
				t.Errorf("message %q", message)
			}
		})
	}
}

func TestRedact_OtherResponses(t *testing.T) {
	t.Parallel()

	broken := map[string]cannedResponse{
		"not JSON":      ok(`x` + testKey),
		"a timestamp":   ok(`{"name":"m","createTime":"` + testKey + `"}`),
		"an integer":    ok(`{"name":"m","contextLength":"` + testKey + `"}`),
		"a wrong type":  ok(`{"name":{"` + testKey + `":1}}`),
		"HTML":          ok(`<html>` + testKey),
		"a header line": {status: 302, header: map[string]string{"Location": "http://" + testKey + ".example/"}},
		"a bad URL":     {status: 302, header: map[string]string{"Location": "http://" + testKey + "%zz/"}},
	}
	for name, response := range broken {
		_, err := serve(t, respondWith(response)).GetModel(t.Context(), testModel)
		if err == nil || strings.Contains(err.Error(), testKey) {
			t.Errorf("%s: error %v", name, err)
		}
	}

	client := serve(t, respondWith(ok(`{"name":"m","status":{"code":"X","message":"`+testHeadVal+`"}}`)),
		func(c *Config) {
			c.AdditionalHeaders = map[string]string{testHeader: testHeadVal}
		})

	model, err := client.GetModel(t.Context(), testModel)
	if err != nil {
		t.Fatal(err)
	}

	if model.StatusMessage != "(redacted)" {
		t.Errorf("status message %q", model.StatusMessage)
	}
}

func TestRedact_CutAtCharacter(t *testing.T) {
	t.Parallel()

	client := newTestClient(t, "http://127.0.0.1")
	for shift := range 4 {
		text := client.redact.text(strings.Repeat("x", shift) + strings.Repeat("🦊", maxText))
		if !utf8.ValidString(text) || len(text) > maxText+len("… (cut)") || !strings.HasSuffix(text, "🦊… (cut)") {
			t.Errorf("text of %d bytes that ends in %q", len(text), text[len(text)-15:])
		}
	}

	if whole := strings.Repeat("x", maxText); client.redact.text(whole) != whole {
		t.Error("a text of the greatest length is cut")
	}
}

func TestRedact_BeforeCut(t *testing.T) {
	t.Parallel()

	client := newTestClient(t, "http://127.0.0.1")
	for shift := range len(testKey) + 1 {
		text := client.redact.text(strings.Repeat("x", maxText-shift) + testKey + strings.Repeat("y", 100))
		if strings.Contains(text, testKey[:4]) {
			t.Fatalf("the text ends in a part of the key: %q", text[maxText-40:])
		}
	}
}

func TestRedact_ShortHeaderValues(t *testing.T) {
	t.Parallel()

	client := newTestClient(t, "http://127.0.0.1",
		func(c *Config) { c.AdditionalHeaders = map[string]string{"X-A": "1", "X-B": "", "X-C": "abc"} })
	if got := client.redact.text("1 abc 2"); got != "1 abc 2" {
		t.Errorf("text %q", got)
	}
}

// TestRedact_SignedURLs leaves the address, without what grants access.
func TestRedact_SignedURLs(t *testing.T) {
	t.Parallel()

	r := newRedactor(testKey)

	for query, secret := range map[string]bool{
		"X-Amz-Algorithm=AWS4&X-Amz-Credential=C3CRET&X-Amz-Signature=C3CRET": true,
		"X-Goog-Signature=C3CRET&k=1":                                         true,
		`k=1\u0026X-Goog-Signature=C3CRET\u0026l=1`:                           true,
		"sv=2024-01-01&sr=b&sig=C3CRET%3D":                                    true,
		"Expires=1&Signature=C3CRET~&Key-Pair-Id=K":                           true,
		"x-amz-security-token=C3CRET":                                         true,
		"page=2&design=3":                                                     false,
	} {
		text := `failed to sign "https://storage.example.com/a/b?` + query + `" (see https://docs.example.com?page=1)`

		want := text
		if secret {
			want = strings.Replace(text, query, redacted, 1)
		}

		checkEqual(t, query, r.text(text), want)
	}
}

func TestRedact_OrdinaryWords(t *testing.T) {
	t.Parallel()

	tests := map[string]struct{ key, header, value, text, want string }{
		"a word in a header": {testKey, "X-Team", "promotion", "the promotion failed", "the promotion failed"},
		"a word in a secret header": {testKey, "X-Token", "promotion", "the promotion failed",
			"the (redacted) failed"},
		"digits":                    {testKey, "X-Team", "team-0815", "by team-0815.", "by (redacted)."},
		"both cases":                {testKey, "X-Team", "TeamOfMine", "by TeamOfMine", "by (redacted)"},
		"a short key within a word": {"mode", "X-Team", "x", "the model, mode_2, ämode", "the model, mode_2, ämode"},
		"a short key as a word": {"mode", "X-Team", "x", "mode: (mode) model mode",
			"(redacted): ((redacted)) model (redacted)"},
		"credentials without scheme": {testKey, "Proxy-Authorization-X", "Basic dXNlcjpwYXNz", "Basic dXNlcjpwYXNz",
			"(redacted)"},
	}
	for name, test := range tests {
		client := newTestClient(t, "http://127.0.0.1", func(c *Config) {
			c.APIKey, c.AdditionalHeaders = test.key, map[string]string{test.header: test.value}
		})
		checkEqual(t, name, client.redact.text(test.text), test.want)
	}
}

func TestRedact_OverlappingSecrets(t *testing.T) {
	t.Parallel()

	client := newTestClient(t, "http://127.0.0.1", func(c *Config) {
		c.AdditionalHeaders = map[string]string{"X-A": testKey + "-and-more", "X-B": "more-of-" + testKey}
	})
	if got := client.redact.text(testKey + "-and-more more-of-" + testKey + " " +
		testKey); got != "(redacted) (redacted) (redacted)" {
		t.Errorf("text %q", got)
	}
}

// keyEncodings returns the API key as a success response may contain it.
func keyEncodings(key string) map[string]string {
	all := encodedForms(key)
	for offset := range 3 {
		text := []byte(strings.Repeat("x", offset) + "Bearer " + key + " x")
		all[fmt.Sprintf("base64 at offset %d", offset)] = base64.StdEncoding.EncodeToString(text)
		all[fmt.Sprintf("URL-safe base64 at offset %d", offset)] = base64.URLEncoding.EncodeToString(text)
	}

	return all
}

func TestResponse_ContainsAPIKey(t *testing.T) {
	t.Parallel()

	const key = "fw_Abc+7Q/w%9~zT3&x/0123456789"

	forEachCall(t, func(t *testing.T, call apiCall) {
		for encoding, echo := range keyEncodings(key) {
			body := strings.TrimSuffix(call.response, "}")
			if body != "{" {
				body += ","
			}

			body += `"other":"` + strings.ReplaceAll(echo, `"`, "") + `"}`
			server := respondWith(ok(body))
			client, _ := serveInBubble(t, server, withRetries(3), func(c *Config) { c.APIKey = key })

			err := call.err(t.Context(), client)
			wantDecodeError(t, err, "the response contains the API key and was refused as a whole")
			checkEqual(t, encoding+": the error contains the key", strings.Contains(err.Error(), echo), false)
			checkEqual(t, encoding+": transient", IsTransient(err), false)
			checkEqual(t, encoding+": may have succeeded", MayHaveSucceeded(err), true)
			checkEqual(t, encoding+": requests", server.count(), 1)
		}
	})
}

func TestResponse_OtherSecretsAccepted(t *testing.T) {
	t.Parallel()

	const shortKey = "demo"

	client := serve(t, respondWith(ok(`{"name":"accounts/demo/models/m","description":"`+testHeadVal+`"}`)),
		func(c *Config) {
			c.APIKey, c.AdditionalHeaders = shortKey, map[string]string{testHeader: testHeadVal}
		})

	model, err := client.GetModel(t.Context(), testModel)
	if err != nil {
		t.Fatal(err)
	}

	if want := "accounts/demo/models/m"; model.Name != want {
		t.Errorf("name %q, want %q", model.Name, want)
	}

	if model.Description != testHeadVal {
		t.Errorf("description %q, want %q", model.Description, testHeadVal)
	}
}

// logRecorder records the log lines of a client.
type logRecorder struct {
	mu    sync.Mutex
	lines []map[string]any
}

func (b *logRecorder) log(_ context.Context, message string, fields map[string]any) {
	b.mu.Lock()
	defer b.mu.Unlock()

	line := maps.Clone(fields)
	line["message"] = message
	b.lines = append(b.lines, line)
}

func TestLog_AttemptsWithoutSecrets(t *testing.T) {
	t.Parallel()

	var book logRecorder

	server := startServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Query().Get("pageToken") {
		case "":
			_, _ = fmt.Fprintf(w, `{"nextPageToken":"query-%s"}`, url.QueryEscape(testHeadVal))
		default:
			hijack(t, w, r.Header.Get("Authorization")+" "+r.Header.Get(testHeader)+"\r\n\r\n")
		}
	}))

	client := newTestClient(t, server.URL, func(c *Config) {
		c.Log = book.log
		c.AdditionalHeaders = map[string]string{testHeader: testHeadVal}
	})
	if _, err := client.ListCheckpoints(t.Context(), testJob,
		0); err == nil || strings.Contains(err.Error(), testKey) ||
		strings.Contains(err.Error(), testHeadVal) {
		t.Errorf("error %v", err)
	}

	if len(book.lines) != 2 {
		t.Fatalf("%d lines, want 2: %v", len(book.lines), book.lines)
	}

	for i, line := range book.lines {
		text := fmt.Sprintf("%#v", line)
		if strings.Contains(text, testKey) || strings.Contains(text, testHeadVal) {
			t.Errorf("line %d contains a secret: %s", i, text)
		}

		wantNoDiff(t, "method", any("GET"), line["method"])
		wantNoDiff(t, "path", any("/v1/accounts/acme/rlorTrainerJobs/sft/checkpoints"), line["path"])
		wantNoDiff(t, "attempt", any(1), line["attempt"])
	}

	if text := fmt.Sprintf("%#v", book.lines[0]); strings.Contains(text, "pageSize") ||
		strings.Contains(text, "query-") {
		t.Errorf("the log contains the query: %s", text)
	}

	if text := fmt.Sprint(book.lines[1]["error"]); !strings.Contains(text, "(redacted)") {
		t.Errorf("the error is not in the log: %s", text)
	}

	wantNoDiff(t, "fields of a success", []string{"attempt", "duration_ms", "message", "method", "path", "status"},
		slices.Sorted(maps.Keys(book.lines[0])))
	wantNoDiff(t, "fields of a failure", []string{"attempt", "duration_ms", "error", "message", "method", "path"},
		slices.Sorted(maps.Keys(book.lines[1])))
}
