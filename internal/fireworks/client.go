// SPDX-License-Identifier: MPL-2.0

// Package fireworks is a client of the Fireworks API: checkpoints, promotions, models, deployments, deployed models,
// routers, shapes, fine-tuning jobs and quotas, and the inference request that shows whether a model responds. It does
// not depend on Terraform.
package fireworks

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"golang.org/x/net/http/httpguts"
	"golang.org/x/sync/semaphore"
)

const (
	// DefaultBaseURL is the URL of the control plane of the Fireworks platform.
	DefaultBaseURL = "https://api.fireworks.ai"
	// DefaultMaxRetries is the number of retries of one request.
	DefaultMaxRetries = 8
	// DefaultRequestTimeout bounds one attempt of one request.
	DefaultRequestTimeout = 60 * time.Second
	// PromotionRequestTimeout bounds the request that starts a promotion: the response may take minutes.
	PromotionRequestTimeout = 300 * time.Second
	// MaxRequestsInFlight is the number of concurrent requests of one client, and of its connections.
	MaxRequestsInFlight = 12
	// MaxResponseBytes is the largest response body, after decompression, that the client reads.
	MaxResponseBytes = 16 << 20
)

// Config configures a Client. The zero value of a field means its default, except for MaxRetries, where 0 means no
// retries.
type Config struct {
	// APIKey is sent as a bearer token, or as X-Api-Key beside an additional Authorization header, and appears
	// nowhere else.
	APIKey string
	// BaseURL is an http or https URL without a trailing slash.
	BaseURL string
	// AccountID is the account of bare IDs; if it is empty, it is requested when it is first needed.
	AccountID string
	// AdditionalHeaders are sent with every request; see CheckHeader for the names that are refused.
	AdditionalHeaders map[string]string
	// InsecureSkipVerify disables the verification of TLS certificates.
	InsecureSkipVerify bool
	// MaxRetries is the number of retries of one request.
	MaxRetries int
	// RequestTimeout bounds one attempt of one request, from its start to the last byte of the response.
	RequestTimeout time.Duration
	// UserAgent is the User-Agent header.
	UserAgent string
	// DialContext, if set, makes the connections, for example to an in-memory network.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
	// Log, if set, is called for every attempt of a request, and for a list with rows that cannot be decoded. The
	// fields contain no header, body or query.
	Log func(ctx context.Context, message string, fields map[string]any)
}

// Client is a client of the control-plane API. It is safe for concurrent use.
type Client struct {
	baseURL        string
	header         http.Header
	maxRetries     int
	requestTimeout time.Duration
	log            func(ctx context.Context, message string, fields map[string]any)
	redact         redactor
	keyDetector    keyDetector
	transport      *http.Transport
	limiter        *limiter
	accountID      string
	accounts       SharedLookup[string]
	// responded is set once any response was received, confirmed once one was a success that could be decoded.
	responded, confirmed atomic.Bool
}

// New returns a Client and sends no request. The key, the URL and the headers are those that CheckAPIKey, CheckBaseURL,
// CheckHeader and CheckHeaderNames accept.
func New(config Config) *Client {
	if config.BaseURL == "" {
		config.BaseURL = DefaultBaseURL
	}

	header, secrets := requestHeader(config)

	if config.RequestTimeout <= 0 {
		config.RequestTimeout = DefaultRequestTimeout
	}

	if config.Log == nil {
		config.Log = func(context.Context, string, map[string]any) {}
	}

	transport := newTransport(config.InsecureSkipVerify)
	if config.DialContext != nil {
		transport.DialContext = config.DialContext
	}

	return &Client{
		baseURL:        config.BaseURL,
		header:         header,
		maxRetries:     max(0, config.MaxRetries),
		requestTimeout: config.RequestTimeout,
		log:            config.Log,
		redact:         newRedactor(secrets...),
		keyDetector:    newKeyDetector(config.APIKey),
		transport:      transport,
		limiter:        &limiter{slots: semaphore.NewWeighted(MaxRequestsInFlight)},
		accountID:      config.AccountID,
		accounts:       SharedLookup[string]{Timeout: accountLookupTimeout},
	}
}

// requestHeader returns the header of every request, and the secrets that it contains.
func requestHeader(config Config) (header http.Header, secrets []string) {
	header = http.Header{}
	secrets = []string{config.APIKey}

	for name, value := range config.AdditionalHeaders {
		// As net/http sends it, so that an echo of it is recognized.
		value = strings.TrimSpace(value)
		header.Set(name, value)

		if isSecretHeader(name, value) {
			secrets = append(secrets, value)
		}

		// A server may return the credentials without their scheme.
		if _, credentials, ok := strings.Cut(value, " "); ok &&
			strings.HasSuffix(strings.ToLower(name), "authorization") {
			secrets = append(secrets, credentials)
		}
	}

	// A gateway in front of the API may need its own Authorization header.
	if header.Get("Authorization") == "" {
		header.Set("Authorization", "Bearer "+config.APIKey)
	} else {
		header.Set("X-Api-Key", config.APIKey)
	}

	header.Set("Accept", "application/json")

	if config.UserAgent != "" {
		header.Set("User-Agent", config.UserAgent)
	}

	return header, secrets
}

// Confirmed reports whether a request of this client has succeeded. Before, the base URL may not be that of the API, so
// that a resource which does not exist there should not be taken for deleted.
func (c *Client) Confirmed() bool { return c.confirmed.Load() }

// Close closes the idle connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// newTransport keeps a connection for every concurrent request: by default net/http keeps two per host and dials for
// the others.
func newTransport(insecureSkipVerify bool) *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           MaxRequestsInFlight,
		MaxIdleConnsPerHost:    MaxRequestsInFlight,
		MaxConnsPerHost:        MaxRequestsInFlight,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    15 * time.Second,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: 1 << 20,
		TLSClientConfig: &tls.Config{
			MinVersion:         tls.VersionTLS12,
			InsecureSkipVerify: insecureSkipVerify, //nolint:gosec // the user's explicit choice, which the provider warns about
		},
	}
}

// CheckAPIKey trims a key. It fails if the key is empty, cannot be sent in a header, or was copied with quotation
// marks or the word Bearer; its error does not contain the key.
func CheckAPIKey(key string) (string, error) {
	key = strings.TrimSpace(key)
	if key == "" {
		return "", errors.New("the API key is empty")
	}

	if !httpguts.ValidHeaderFieldValue(key) || strings.ContainsAny(key, "\t") || !utf8.ValidString(key) {
		return "", errors.New("the API key contains a control character, such as a line break, or is not valid UTF-8")
	}

	const quotationMarks = "\"'`“”‘’"

	switch scheme, _, hasScheme := strings.Cut(key, " "); {
	case strings.Trim(key, quotationMarks) != key:
		return "", errors.New("the API key is in quotation marks, which are not part of it; remove them")
	case hasScheme && strings.EqualFold(scheme, "Bearer"):
		return "", errors.New(`the API key starts with "Bearer ", which the provider adds itself; remove it`)
	}

	return key, nil
}

// CheckBaseURL returns the URL without a trailing slash, or an error that describes the problem.
func CheckBaseURL(text string) (string, error) {
	parsed, err := url.Parse(text)
	switch {
	case err != nil:
		return "", errors.New("it cannot be parsed as a URL")
	case parsed.Scheme != "http" && parsed.Scheme != "https":
		return "", errors.New("it does not start with https:// or http://")
	case parsed.Hostname() == "":
		return "", errors.New("it has no host")
	case parsed.User != nil:
		return "", errors.New("it contains a user name or password; set the API key in api_key instead")
	case strings.ContainsAny(text, "?#"):
		return "", errors.New("it contains a query or a fragment")
	}

	base := strings.TrimRight(text, "/")

	segments := strings.Split(parsed.Path, "/")
	if i := slices.IndexFunc(segments, isAPISegment); i >= 0 {
		parsed.Path, parsed.RawPath = strings.Join(segments[:i], "/"), ""

		return "", fmt.Errorf(`its path contains "/%s", which the provider adds itself where it is needed; write %s`,
			segments[i], strings.TrimRight(parsed.String(), "/"))
	}

	return base, nil
}

// isAPISegment reports whether a segment of a path belongs to the API: the URL of the inference API is easily taken
// for the base URL.
func isAPISegment(segment string) bool { return segment == "v1" || segment == "inference" }

// IsPlainHTTP reports whether requests to the URL would cross a network without encryption: plain http to a host that
// is not loopback.
func IsPlainHTTP(baseURL string) bool {
	parsed, err := url.Parse(baseURL)
	if err != nil || parsed.Scheme != "http" {
		return false
	}

	host := parsed.Hostname()
	if ip := net.ParseIP(host); ip != nil {
		return !ip.IsLoopback()
	}

	return host != "localhost" && !strings.HasSuffix(host, ".localhost")
}

// reservedHeaders are set by the client or by net/http; another value would break authentication or the framing of
// requests.
var reservedHeaders = []string{
	"X-Api-Key", "Host", "Content-Type", "Content-Length", "Transfer-Encoding",
	"Connection", "Accept", "Accept-Encoding", "User-Agent",
}

// maxHeaderName is the greatest length of a header name.
const maxHeaderName = 128

// describeInvalidHeaderName quotes a name up to its first invalid character: what follows, in "X-Token: …" for
// example, may be a secret.
func describeInvalidHeaderName(name string) string {
	valid := 0
	for valid < min(len(name), maxHeaderName/2) && httpguts.ValidHeaderFieldName(name[:valid+1]) {
		valid++
	}

	if valid == 0 {
		return "a header name is empty or starts with an invalid character"
	}

	return fmt.Sprintf(
		"the header name that starts with %q is not valid: it is longer than %d characters or contains a character "+
			"other than letters, digits and hyphens",
		name[:valid],
		maxHeaderName,
	)
}

// CheckHeader fails on a header that must not be added to requests. Its error does not contain the value.
func CheckHeader(name, value string) error {
	if !httpguts.ValidHeaderFieldName(name) || len(name) > maxHeaderName {
		return errors.New(describeInvalidHeaderName(name))
	}

	canonical := textproto.CanonicalMIMEHeaderKey(name)
	if slices.Contains(reservedHeaders, canonical) {
		return fmt.Errorf("the header %s is set by the provider and cannot be overridden", canonical)
	}

	if !httpguts.ValidHeaderFieldValue(value) || !utf8.ValidString(value) {
		return fmt.Errorf("the value of the header %s contains a control character or is not valid UTF-8", canonical)
	}

	return nil
}

// CheckHeaderNames fails if two names differ only by case: they are the same header.
func CheckHeaderNames(headers map[string]string) error {
	canonicalNames := map[string]string{}

	for _, name := range slices.Sorted(maps.Keys(headers)) {
		canonical := textproto.CanonicalMIMEHeaderKey(name)
		if other, ok := canonicalNames[canonical]; ok {
			return fmt.Errorf("the headers %q and %q differ only by case, so they are the same header", other, name)
		}

		canonicalNames[canonical] = name
	}

	return nil
}

// MaxRetries returns the number of retries of one request.
func (c *Client) MaxRetries() int { return c.maxRetries }

// InferenceBaseURL returns the base URL for OpenAI-compatible clients.
func (c *Client) InferenceBaseURL() string { return c.baseURL + "/inference/v1" }
