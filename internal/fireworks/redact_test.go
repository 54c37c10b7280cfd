package fireworks

import (
	"context"
	"encoding/json"
	"errors"
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

// oddSecret has all that escaping changes.
const oddSecret = `s3cr+et/&<"'> 100%ä`

// echoes returns a secret as servers of several kinds may spell it in an answer.
func echoes(secret string) map[string]string {
	escaped, _ := json.Marshal(secret)

	return map[string]string{
		"raw":           secret,
		"query-escaped": url.QueryEscape(secret),
		"path-escaped":  url.PathEscape(secret),
		"in lower case": strings.NewReplacer("%2B", "%2b", "%2F", "%2f", "%3C", "%3c", "%3E", "%3e", "%C3%A4", "%c3%a4").
			Replace(url.QueryEscape(secret)),
		"HTML-escaped":    html.EscapeString(secret),
		"JSON-escaped":    string(escaped[1 : len(escaped)-1]),
		"JSON as is":      strings.ReplaceAll(secret, `"`, `\"`),
		"JSON in ASCII":   strings.ReplaceAll(strings.ReplaceAll(secret, `"`, `\"`), "ä", `\u00e4`),
		"quoted by a log": strconv.Quote(secret),
	}
}

func TestSecretsThatAServerEchoesAreTakenOut(t *testing.T) {
	t.Parallel()

	for _, secret := range []string{testKey, oddSecret, `quote at the end"`} {
		for how, echo := range echoes(secret) {
			t.Run(secret+" "+how, func(t *testing.T) {
				t.Parallel()

				plain := "you sent <" + echo + "> and " + echo + "."

				wrapped, err := json.Marshal(map[string]string{"message": plain})
				if err != nil {
					t.Fatal(err)
				}

				for _, body := range []string{plain, string(wrapped), `{"error":` + string(wrapped) + `}`} {
					server := answers(reply{status: 401, body: body, header: map[string]string{"X-Request-Id": url.QueryEscape(secret)}})
					client := serve(t, server, func(c *Config) {
						c.AdditionalHeaders = map[string]string{"X-A": oddSecret, "X-B": `  quote at the end" `}
					})
					_, err := client.GetModel(t.Context(), testModel)
					apiError := wantAPIError(t, err)

					want := "you sent <(redacted)> and (redacted)."
					if how == "quoted by a log" {
						want = `you sent <"(redacted)"> and "(redacted)".`
					}

					if apiError.Message != want || apiError.RequestID != "(redacted)" {
						t.Errorf("message %q, request ID %q", apiError.Message, apiError.RequestID)
					}
				}
			})
		}
	}
}

func TestSecretsInOtherAnswersAreTakenOut(t *testing.T) {
	t.Parallel()

	broken := map[string]reply{
		"not JSON":      ok(`x` + testKey),
		"a timestamp":   ok(`{"name":"m","createTime":"` + testKey + `"}`),
		"an integer":    ok(`{"name":"m","contextLength":"` + testKey + `"}`),
		"a wrong type":  ok(`{"name":{"` + testKey + `":1}}`),
		"HTML":          ok(`<html>` + testKey),
		"a header line": {status: 302, header: map[string]string{"Location": "http://" + testKey + ".example/"}},
		"a bad URL":     {status: 302, header: map[string]string{"Location": "http://" + testKey + "%zz/"}},
	}
	for name, answer := range broken {
		_, err := serve(t, answers(answer)).GetModel(t.Context(), testModel)
		if err == nil || strings.Contains(err.Error(), testKey) {
			t.Errorf("%s: error %v", name, err)
		}
	}

	_, err := serve(t, answers(ok(`{"accounts":[{"name":"`+testKey+`"},{"name":"b"}]}`))).AccountID(t.Context())

	var accountError *AccountError
	if !errors.As(err, &accountError) || strings.Contains(fmt.Sprint(err, accountError.Names), testKey) {
		t.Errorf("accounts: %v", err)
	}

	_, err = serve(t, answers(ok(`{"accounts":[{"name":"accounts/`+testKey+`/x"}]}`))).AccountID(t.Context())
	if err == nil || strings.Contains(err.Error(), testKey) {
		t.Errorf("account: %v", err)
	}

	model, err := serve(t, answers(ok(`{"name":"m","status":{"code":"X","message":"`+testKey+`"}}`))).GetModel(t.Context(), testModel)
	if err != nil || model.StatusMessage != "(redacted)" {
		t.Errorf("model %+v, error %v", model, err)
	}
}

func TestRedactedTextsAreCutAtACharacter(t *testing.T) {
	t.Parallel()

	client := newTestClient(t, "http://127.0.0.1")
	for shift := range 4 {
		text := client.Redact(strings.Repeat("x", shift) + strings.Repeat("🦊", maxText))
		if !utf8.ValidString(text) || len(text) > maxText+len("… (cut)") || !strings.HasSuffix(text, "🦊… (cut)") {
			t.Errorf("text of %d bytes that ends in %q", len(text), text[len(text)-15:])
		}
	}

	if whole := strings.Repeat("x", maxText); client.Redact(whole) != whole {
		t.Error("a text of the greatest length is cut")
	}
}

func TestASecretIsTakenOutBeforeTheCut(t *testing.T) {
	t.Parallel()

	client := newTestClient(t, "http://127.0.0.1")
	for shift := range len(testKey) + 1 {
		text := client.Redact(strings.Repeat("x", maxText-shift) + testKey + strings.Repeat("y", 100))
		if strings.Contains(text, testKey[:4]) {
			t.Fatalf("the text ends in a part of the key: %q", text[maxText-40:])
		}
	}
}

func TestShortHeaderValuesAreNoSecrets(t *testing.T) {
	t.Parallel()

	client := newTestClient(
		t,
		"http://127.0.0.1",
		func(c *Config) { c.AdditionalHeaders = map[string]string{"X-A": "1", "X-B": "", "X-C": "abc"} },
	)
	if got := client.Redact("1 abc 2"); got != "1 abc 2" {
		t.Errorf("text %q", got)
	}
}

func TestALongerSecretIsTakenOutWhole(t *testing.T) {
	t.Parallel()

	client := newTestClient(t, "http://127.0.0.1", func(c *Config) {
		c.AdditionalHeaders = map[string]string{"X-A": testKey + "-and-more", "X-B": "more-of-" + testKey}
	})
	if got := client.Redact(testKey + "-and-more more-of-" + testKey + " " + testKey); got != "(redacted) (redacted) (redacted)" {
		t.Errorf("text %q", got)
	}
}

// logBook collects what a client logs.
type logBook struct {
	mu    sync.Mutex
	lines []map[string]any
}

func (b *logBook) log(_ context.Context, message string, fields map[string]any) {
	b.mu.Lock()
	defer b.mu.Unlock()

	line := maps.Clone(fields)
	line["message"] = message
	b.lines = append(b.lines, line)
}

func TestTheLogTellsEveryAttemptAndNoSecret(t *testing.T) {
	t.Parallel()

	var book logBook

	server := startServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Query().Get("pageToken") {
		case "":
			_, _ = fmt.Fprintf(w, `{"nextPageToken":"query-%s"}`, testKey)
		default:
			hijack(t, w, r.Header.Get("Authorization")+" "+r.Header.Get(testHeader)+"\r\n\r\n")
		}
	}))

	client := newTestClient(t, server.URL, func(c *Config) {
		c.Log = book.log
		c.AdditionalHeaders = map[string]string{testHeader: testHeadVal}
	})
	if _, err := client.ListCheckpoints(
		t.Context(),
		testJob,
		0,
	); err == nil || strings.Contains(err.Error(), testKey) ||
		strings.Contains(err.Error(), testHeadVal) {
		t.Errorf("error %v", err)
	}

	if len(book.lines) != 2 {
		t.Fatalf("%d lines, want 2: %v", len(book.lines), book.lines)
	}

	for i, line := range book.lines {
		text := fmt.Sprintf("%#v", line)
		if strings.Contains(text, testKey) || strings.Contains(text, testHeadVal) {
			t.Errorf("line %d shows a secret: %s", i, text)
		}

		if line["method"] != "GET" || line["path"] != "/v1/accounts/acme/rlorTrainerJobs/sft/checkpoints" || line["attempt"] != 1 {
			t.Errorf("line %d does not tell its request: %s", i, text)
		}
	}

	if text := fmt.Sprintf("%#v", book.lines[0]); strings.Contains(text, "pageSize") || strings.Contains(text, "query-") {
		t.Errorf("the log shows the query: %s", text)
	}

	if text := fmt.Sprint(book.lines[1]["error"]); !strings.Contains(text, "(redacted)") {
		t.Errorf("the server's words are not in the log: %s", text)
	}

	wantNoDiff(
		t,
		"fields of a success",
		[]string{"attempt", "duration_ms", "message", "method", "path", "status"},
		slices.Sorted(maps.Keys(book.lines[0])),
	)
	wantNoDiff(
		t,
		"fields of a failure",
		[]string{"attempt", "duration_ms", "error", "message", "method", "path"},
		slices.Sorted(maps.Keys(book.lines[1])),
	)
}
