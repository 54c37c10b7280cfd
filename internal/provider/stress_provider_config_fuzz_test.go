// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/net/idna"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

// maxConfigDiagnostic bounds a diagnostic about a configuration: it may quote an argument, but never much of it.
const maxConfigDiagnostic = 4 << 10

// FuzzProviderConfig gives every argument and variable of the provider any text. Nothing panics, no diagnostic shows a
// secret or is unfit for a terminal, and the client of an accepted configuration sends the key, as given, to the given
// host and to no other.
func FuzzProviderConfig(f *testing.F) {
	f.Add("fw_key", "https://api.fireworks.ai/", "acme", "X-Team", "ml", "60s", int64(8), "", "", "")
	f.Add("", "", "", "", "", "", int64(0), "fw_key", "http://127.0.0.1:8089", "acme")
	f.Add(" fw\nkey\t", "http://host:99999/a/b/", "accounts/a", "authorization", "a\r\nb", "-1s", int64(-1), "\x00",
		"ftp://x", "..")
	f.Add("fw\xff", "http://[::1]:80/%2f", "a b", "X Y", "\xff", "1e9h", int64(1)<<62, " ", "http://user:pw@h",
		"\u2028")
	f.Add("k", "http://localhost", "a", "authorization", "Basic b", "1s", int64(1), "", "", "")
	f.Add("k", "HTTP://LOCALHOST", "-", "Cookie", "\u00fc ", "1ns", int64(100), "k", "//", "%2e")
	f.Add("k", "http://x\u00e9.example:080", "a", "X-Api-Key", "v", "9999999999999999h", int64(101), "", "http://h?x#y",
		"")
	f.Fuzz(func(
		t *testing.T, key, baseURL, account, headerName, headerValue, timeout string, retries int64,
		envKey, envURL, envAccount string,
	) {
		secrets := []string{"canary-of-the-key", "canary-of-the-environment", "canary-of-the-header"}

		given := providerConfig{
			APIKey: attribute.StringOrNull(hide(key, secrets[0])), BaseURL: attribute.StringOrNull(baseURL),
			AccountID:  attribute.StringOrNull(account),
			MaxRetries: types.Int64Value(retries), RequestTimeout: attribute.StringOrNull(timeout),
		}
		if headerName != "" {
			given.AdditionalHeaders = types.MapValueMust(types.StringType,
				map[string]attr.Value{headerName: types.StringValue(hide(headerValue, secrets[2]))})
		}

		variables := map[string]string{diagnostic.EnvAPIKey: hide(envKey, secrets[1]), diagnostic.EnvBaseURL: envURL,
			diagnostic.EnvAccountID: envAccount}
		config, diags := given.clientSettings(Environment{Variable: func(name string) string { return variables[name] }})
		checkConfigDiagnostics(t, append(diags, given.validate()...), secrets)

		if diags.HasError() {
			return
		}

		checkOneRequest(t, config.Config,
			strings.TrimSpace(firstOf(given.APIKey.ValueString(), variables[diagnostic.EnvAPIKey])), headerName)
	})
}

// hide puts a secret into the middle of a text, so that the text decides whether the whole is valid; an empty text
// stays empty.
func hide(text, secret string) string {
	if text == "" {
		return ""
	}

	return text[:len(text)/2] + secret + text[len(text)/2:]
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if strings.TrimSpace(text) != "" {
			return text
		}
	}

	return ""
}

func checkConfigDiagnostics(t *testing.T, diags diag.Diagnostics, secrets []string) {
	t.Helper()

	for _, d := range diags {
		text := d.Summary() + "\n" + d.Detail()
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("a diagnostic shows a secret: %s", text)
			}
		}

		if d.Summary() == "" || d.Detail() == "" || len(text) > maxConfigDiagnostic || !utf8.ValidString(text) ||
			strings.ContainsAny(text, "\x00\x1b\r") {
			t.Errorf("an unfit diagnostic of %d bytes: %q", len(text), text)
		}
	}
}

// errNoTLS ends what is not plain HTTP: an address says all there is to know of it.
var errNoTLS = errors.New("no TLS here")

// checkOneRequest creates a client from an accepted configuration, and checks its first request and the host.
func checkOneRequest(t *testing.T, config fireworks.Config, key, headerName string) {
	t.Helper()

	base, err := url.Parse(config.BaseURL)
	if err != nil {
		t.Fatalf("an accepted URL cannot be parsed: %v", err)
	}

	requests := make(chan *http.Request, 1)
	config.MaxRetries = 0
	config.DialContext = func(_ context.Context, _, address string) (net.Conn, error) {
		if host, _, err := net.SplitHostPort(address); err != nil ||
			!strings.EqualFold(host, asciiHost(base.Hostname())) {
			t.Errorf("a connection to %q, but base_url is %q", address, config.BaseURL)
		}

		if base.Scheme != "http" {
			return nil, errNoTLS
		}

		client, server := net.Pipe()
		go respondOnce(server, requests)

		return client, nil
	}

	client := fireworks.New(config)
	defer client.Close()

	_, err = client.GetModelOnce(t.Context(), fireworks.ModelName{AccountID: "acme", ModelID: "m"})
	if err != nil && strings.Contains(err.Error(), key) {
		t.Errorf("an error shows the key: %v", err)
	}

	select {
	case sent := <-requests:
		name, want := "Authorization", "Bearer "+key
		if strings.EqualFold(headerName, name) && strings.TrimSpace(config.AdditionalHeaders[headerName]) != "" {
			name, want = "X-Api-Key", key
		}

		if got := sent.Header.Values(name); len(got) != 1 || got[0] != want {
			t.Errorf("%s is %q, want the key %q", name, got, key)
		}

		if !strings.HasSuffix(sent.URL.Path, "/v1/accounts/acme/models/m") {
			t.Errorf("the path is %q", sent.URL.Path)
		}

		for name, want := range config.AdditionalHeaders {
			if got := sent.Header.Values(name); len(got) != 1 || got[0] != strings.Trim(want, " \t") {
				t.Errorf("the header %q is %q, want %q", headerName, got, want)
			}
		}
	default:
		if base.Scheme == "http" && err == nil {
			t.Error("success without a request")
		}
	}
}

// asciiHost is a host name as it is dialled.
func asciiHost(host string) string {
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		return ascii
	}

	return host
}

// respondOnce reads one request and responds with a model.
func respondOnce(conn net.Conn, requests chan<- *http.Request) {
	defer func() { _ = conn.Close() }()

	request, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}

	requests <- request

	_, _ = conn.Write([]byte("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " +
		"31\r\n\r\n{\"name\":\"accounts/acme/models/m\"}"))
}
