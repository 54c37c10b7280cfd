// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestNew_NoRequest(t *testing.T) {
	t.Parallel()

	server := respondWith(ok(`{}`))
	serve(t, server)

	checkEqual(t, "requests", server.count(), 0)
}

func TestNew_Defaults(t *testing.T) {
	t.Parallel()

	client := New(Config{APIKey: testKey, MaxRetries: -3, RequestTimeout: -time.Second})

	checkEqual(t, "baseURL", client.baseURL, "https://api.fireworks.ai")
	checkEqual(t, "MaxRetries()", client.MaxRetries(), 0)
	checkEqual(t, "requestTimeout", client.requestTimeout, time.Minute)
}

func TestCheckAPIKey(t *testing.T) {
	t.Parallel()

	for key, want := range map[string]string{
		"fw_abc": "fw_abc", " \n\tfw_abc\r\n": "fw_abc", "": "", " ": "", "fw\nabc": "", "fw\x00abc": "", "fw\tabc": "",
		"fw\x7fabc": "", "fw\xffabc": "",
	} {
		got, err := CheckAPIKey(key)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("key %q is %q, error %v, want %q", key, got, err, want)
		}

		if err != nil && strings.Contains(err.Error(), "abc") {
			t.Errorf("the error contains the key: %v", err)
		}
	}
}

func TestCheckBaseURL(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]string{
		"https://api.fireworks.ai":  "https://api.fireworks.ai",
		"https://api.fireworks.ai/": "https://api.fireworks.ai",
		"http://127.0.0.1:8089//":   "http://127.0.0.1:8089",
		"https://host/path/":        "https://host/path",
		"https://v1/v10/inferences": "https://v1/v10/inferences",
		"http://[::1]:80":           "http://[::1]:80",
	} {
		if got, err := CheckBaseURL(text); got != want || err != nil {
			t.Errorf("%s is %s, error %v, want %s", text, got, err, want)
		}
	}

	for text, reason := range map[string]string{
		"":                        "does not start with",
		"api.fireworks.ai":        "does not start with",
		"ftp://host":              "does not start with",
		"https:///path":           "has no host",
		"https://:443":            "has no host",
		"https://user:pw@host":    "user name or password",
		"https://host?x=1":        "a query or a fragment",
		"https://host?":           "a query or a fragment",
		"https://host/#x":         "a query or a fragment",
		"https://host#":           "a query or a fragment",
		"https://host/fw/v1/":     `contains "/v1", which the provider adds itself where it is needed; write https://host/fw`,
		"https://host/v1/x":       `contains "/v1", which the provider adds itself where it is needed; write https://host`,
		"https://h/%61/inference": `contains "/inference", which the provider adds itself where it is needed; write https://h/a`,
		"https://h/inference/v1":  `contains "/inference", which the provider adds itself where it is needed; write https://h`,
		"https://host/%zz":        "cannot be parsed",
		"https://ho st":           "cannot be parsed",
		"https://host\n":          "cannot be parsed",
		"https://secret:pw@h/%zz": "cannot be parsed",
	} {
		_, err := CheckBaseURL(text)
		if err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%q: error %v, want %q in it", text, err, reason)
		}

		if err != nil && strings.Contains(err.Error(), "pw") {
			t.Errorf("the error contains the password: %v", err)
		}
	}
}

func TestIsPlainHTTP(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]bool{
		"https://api.fireworks.ai": false, "http://api.fireworks.ai": true, "HTTP://api.fireworks.ai": true,
		"http://localhost:1": false, "http://x.localhost": false, "http://127.8.9.1": false, "http://[::1]:8": false,
		"http://10.0.0.1": true, "http://[fe80::1]": true, "http://notlocalhost": true,
		"http://localhost.evil.com": true, "http://%zz": false,
	} {
		checkEqual(t, text, IsPlainHTTP(text), want)
	}
}

// TestNew_AuthorizationHeader lets a gateway in front of the API have the header Authorization.
func TestNew_AuthorizationHeader(t *testing.T) {
	t.Parallel()

	server := respondWith(ok(`{"accounts":[{"name":"accounts/acme"}]}`))
	client := serve(t, server,
		func(c *Config) { c.AdditionalHeaders = map[string]string{"authorization": "Basic Zm9v"} })

	if _, err := client.AccountID(t.Context()); err != nil {
		t.Fatal(err)
	}

	header := server.requests()[0].Header
	wantNoDiff(t, "Authorization", []string{"Basic Zm9v"}, header.Values("Authorization"))
	wantNoDiff(t, "X-Api-Key", []string{testKey}, header.Values("X-Api-Key"))
}

func TestCheckHeaderNames(t *testing.T) {
	t.Parallel()

	err := CheckHeaderNames(map[string]string{"X-Team": "s3cret", "x-team": "s3cret", "X-Other": ""})
	if want := `the headers "X-Team" and "x-team" differ only by case, so they are the same header`; err == nil ||
		err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestCheckAPIKey_CopiedWrongly(t *testing.T) {
	t.Parallel()

	for key, want := range map[string]string{
		`"fw_s3cret"`:       "is in quotation marks",
		` 'fw_s3cret' `:     "is in quotation marks",
		`fw_s3cret"`:        "is in quotation marks",
		"Bearer fw_s3cret":  `starts with "Bearer "`,
		" bearer fw_s3cret": `starts with "Bearer "`,
		"Bearer":            "",
		"Bearer_fw_s3cret":  "",
	} {
		_, err := CheckAPIKey(key)
		if (err == nil) != (want == "") || err != nil && (!strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret")) {
			t.Errorf("%s: error %v, want %q in it", key, err, want)
		}
	}
}

func TestCheckHeader(t *testing.T) {
	t.Parallel()

	for _, header := range [][2]string{{"X-Team", "ml"}, {"x-empty", ""}, {"Cookie", "a=b"}, {"X-Ümlaut-Value", ""}, {"X-Umlaut", "ü"}} {
		if err := CheckHeader(header[0], header[1]); (err == nil) != (header[0] != "X-Ümlaut-Value") {
			t.Errorf("header %q: error %v", header[0], err)
		}
	}

	for _, name := range []string{"", "X Team", "X:Team", "X\n", "x-api-key", "Host", "Content-Type",
		"content-length", "Transfer-Encoding", "Connection", "Accept", "accept-encoding", "User-Agent"} {
		if err := CheckHeader(name, "s3cret"); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("header %q: error %v", name, err)
		}
	}

	for _, value := range []string{"s3cret\n", "s3cret\x00", "s3cret\r\nX: y", "s3cret\xff"} {
		if err := CheckHeader("X-Team", value); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("value %q: error %v", value, err)
		}
	}
}

func TestCheckHeader_InvalidNameShortened(t *testing.T) {
	t.Parallel()

	for name, want := range map[string]string{
		"X-Token: s3cret": `"X-Token"`, "Bearer s3cret": `"Bearer"`, "": "is empty", ":s3cret": "is empty",
		strings.Repeat("x", 5000): "longer than 128",
	} {
		err := CheckHeader(name, "v")
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") || len(err.Error()) > 300 {
			t.Errorf("%.40q: error %v", name, err)
		}
	}
}

func TestTLS_UnknownAuthority(t *testing.T) {
	t.Parallel()

	recorder := respondWith(ok(promotionReply))
	server := startTLSServer(t, recorder)

	_, err := newTestClient(t, server.URL, withRetries(8)).Promote(t.Context(), testPromotion)
	wantConnectionError(t, err, "certificate signed by unknown authority")
	checkEqual(t, "transient", IsTransient(err), false)
	checkEqual(t, "may have succeeded", MayHaveSucceeded(err), false)

	trusting := newTestClient(t, server.URL, func(c *Config) { c.InsecureSkipVerify = true })
	_, err = trusting.Promote(t.Context(), testPromotion)
	checkEqual(t, "error without verification", err, nil)
	checkEqual(t, "requests", recorder.count(), 1)
}

func startTLSServer(t *testing.T, handler http.Handler) *httptest.Server {
	t.Helper()

	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = discardLog
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)

	return server
}

func TestTLS_WrongScheme(t *testing.T) {
	t.Parallel()

	scriptedServer := respondWith(ok(promotedModel))
	plain := newTestClient(t, strings.Replace(startServer(t, scriptedServer).URL, "http:", "https:", 1), withRetries(8))
	_, err := plain.GetModel(t.Context(), testModel)
	wantConnectionError(t, err, "server gave HTTP response to HTTPS client")

	if IsTransient(err) {
		t.Errorf("%v counts as transient", err)
	}

	secure := newTestClient(t, strings.Replace(startTLSServer(t, scriptedServer).URL, "https:", "http:", 1), withRetries(8))

	_, err = secure.GetModel(t.Context(), testModel)
	if apiError := wantAPIError(t, err); apiError.StatusCode != 400 || !strings.Contains(apiError.Message, "HTTP request to an HTTPS server") {
		t.Errorf("error %v", err)
	}
}

func TestRedirect_OtherHost(t *testing.T) {
	t.Parallel()
	forEachCall(t, func(t *testing.T, call apiCall) {
		for _, status := range []int{301, 302, 303, 307, 308} {
			hosts := map[string]int{}
			client, _ := serveInBubble(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				hosts[r.Host]++

				http.Redirect(w, r, "http://other.test/v1/trap?key="+testKey, status)
			}), withRetries(8))

			err := call.err(t.Context(), client)
			wantConnectionError(t, err, "the server redirects to http://other.test; the redirect was not followed")
			checkEqual(t, "transient", IsTransient(err), false)
			checkEqual(t, "may have succeeded", MayHaveSucceeded(err), true)
			checkEqual(t, "contains the key", strings.Contains(err.Error(), testKey), false)
			wantNoDiff(t, "requests by host", map[string]int{"api.test": 1}, hosts)
		}
	})
}

func TestRedirect_OtherScheme(t *testing.T) {
	t.Parallel()

	var (
		location atomic.Value
		count    atomic.Int64
	)

	server := startTLSServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count.Add(1)
		http.Redirect(w, r, fmt.Sprint(location.Load()), http.StatusFound)
	}))
	location.Store(strings.Replace(server.URL, "https:", "http:", 1) + "/v1/x")
	client := newTestClient(t, server.URL, withRetries(8), func(c *Config) { c.InsecureSkipVerify = true })
	_, err := client.GetModel(t.Context(), testModel)
	wantConnectionError(t, err, "the server redirects to http://")

	if n := count.Load(); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

func TestRedirect_SameHost(t *testing.T) {
	t.Parallel()
	forEachCall(t, func(t *testing.T, call apiCall) {
		for _, status := range []int{301, 302, 303, 307, 308} {
			moved := cannedResponse{status: status, header: map[string]string{"Location": "/v2/moved"}}
			server := respondWith(moved, ok(call.response))
			client, _ := serveInBubble(t, server, withRetries(8))
			err := call.err(t.Context(), client)

			seen := server.requests()
			if status < 307 && seen[0].Method != http.MethodGet {
				wantConnectionError(t, err, "to GET")
				checkEqual(t, "requests", len(seen), 1)
				checkEqual(t, "transient", IsTransient(err), false)

				continue
			}

			checkEqual(t, "error", err, nil)

			want := seen[0]
			want.Path, want.Query = "/v2/moved", nil

			seen[1].Header.Del("Referer")
			wantNoDiff(t, "redirected requests", []recordedRequest{want}, seen[1:])
		}
	})
}

func TestRedirect_Invalid(t *testing.T) {
	t.Parallel()

	for location, test := range map[string]struct {
		reason   string
		requests int
	}{
		"/round":                              {"redirected more than 5 times", maxRedirects + 1},
		"http://%zz/?half-of-" + testKey[:12]: {"the server redirects to an invalid URL", 1},
	} {
		server := respondWith(cannedResponse{status: 307, header: map[string]string{"Location": location}})
		_, err := serve(t, server, withRetries(8)).GetModel(t.Context(), testModel)
		wantConnectionError(t, err, test.reason)
		checkEqual(t, "contains the key", strings.Contains(err.Error(), testKey[:12]), false)
		checkEqual(t, "requests", server.count(), test.requests)
		checkEqual(t, "transient", IsTransient(err), false)
	}

	_, err := serve(t, respondWith(cannedResponse{status: 302})).GetModel(t.Context(), testModel)
	checkEqual(t, "status without a location", StatusOf(err), 302)
}
