package fireworks

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestSecretsThatAServerSendsAsData shows that an answer cannot carry a secret into a state.
func TestSecretsThatAServerSendsAsData(t *testing.T) {
	t.Parallel()

	const key, header = "fw_0123456789abcdefghij", "gateway token + 100% \u00fc"

	client := newTestClient(t, "http://127.0.0.1", func(c *Config) {
		c.APIKey, c.AdditionalHeaders = key, map[string]string{"X-Gateway": header, "X-Team": "ml"}
	})

	var unicode strings.Builder
	for _, char := range key {
		fmt.Fprintf(&unicode, "\\u%04x", char)
	}

	for name, test := range map[string]struct{ sent, want string }{
		"the key":               {"a " + key + " b", "a (redacted) b"},
		"the key in a name":     {"accounts/a/models/" + key, "accounts/a/models/(redacted)"},
		"the key, escaped":      {unicode.String(), "(redacted)"},
		"the key in base64":     {base64.StdEncoding.EncodeToString([]byte("Bearer " + key)), ""},
		"the key in hex":        {"0x" + hex.EncodeToString([]byte(key)), "0x(redacted)"},
		"a header":              {"a " + header + " b", "a (redacted) b"},
		"a header, in a query":  {url.QueryEscape(header), "(redacted)"},
		"a header in a name":    {"accounts/" + header + "/models/m", "accounts/" + header + "/models/m"},
		"a short header":        {"html of the ml team", "html of the ml team"},
		"an escape and no more": {"\\u0041", "A"},
		"nothing":               {"Managed by us", "Managed by us"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var model wireModel

			body := fmt.Sprintf(
				`{"name":"accounts/a/models/m","displayName":%[1]q,"state":%[1]q,"peftDetails":{"targetModules":[%[1]q]},"createTime":"2026-01-01T00:00:00Z"}`,
				test.sent,
			)
			body = strings.ReplaceAll(body, `\\u`, `\u`)

			response := &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body))}
			if err := client.readResponse(request{}, response, &model); err != nil {
				t.Fatal(err)
			}

			for _, got := range []string{model.DisplayName, string(model.State), model.PEFTDetails.TargetModules[0]} {
				if strings.Contains(got, base64Spellings(key)[1]) || test.want != "" && got != test.want {
					t.Errorf("%q, want %q", got, test.want)
				}
			}

			if model.CreateTime.String() != "2026-01-01T00:00:00Z" {
				t.Errorf("time %q", model.CreateTime)
			}
		})
	}
}

func TestAShortKeyIsNotLookedForInData(t *testing.T) {
	t.Parallel()

	client := newTestClient(t, "http://127.0.0.1", func(c *Config) { c.APIKey = "demo" })
	if got := client.Clean("accounts/demo/models/demo"); got != "accounts/demo/models/demo" {
		t.Errorf("got %q", got)
	}
}

func TestAnAnswerWithoutSecretsIsNotWalked(t *testing.T) {
	t.Parallel()

	client := newTestClient(
		t,
		"http://127.0.0.1",
		func(c *Config) { c.AdditionalHeaders = map[string]string{"X-Gateway": "a-gateway-token-0123"} },
	)
	if client.redact.data.mayHoldSecret([]byte(promotedModel)) {
		t.Error("an answer without secrets is searched string by string")
	}

	for _, body := range []string{testKey, "xx" + base64.StdEncoding.EncodeToString([]byte("a-gateway-token-0123")), `\u0066`} {
		if !client.redact.data.mayHoldSecret([]byte(body)) {
			t.Errorf("%q is not searched", body)
		}
	}
}
