// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// request is one API call.
type request struct {
	method  string
	path    string
	query   url.Values
	body    any
	retries retryRule
	timeout time.Duration
	// separateLimit reports whether the call is subject to another rate limit than that of the control plane.
	separateLimit bool
}

// resourcePath joins collection names and IDs to an escaped path below /v1.
func resourcePath(segments ...string) string {
	var path strings.Builder
	path.WriteString("/v1")

	for _, segment := range segments {
		path.WriteByte('/')
		path.WriteString(url.PathEscape(segment))
	}

	return path.String()
}

// do sends a request, with retries according to its rule, and decodes the JSON response into out.
// It fails with *Error, *ConnectionError, *DecodeError or the cause of ctx.
func (c *Client) do(ctx context.Context, r request, out any) error {
	var body any

	if r.body != nil {
		encoded, err := json.Marshal(r.body)
		if err != nil {
			return fmt.Errorf("encoding the body of %s %s: %w", r.method, r.path, err)
		}

		body = encoded
	}

	if r.timeout == 0 {
		r.timeout = c.requestTimeout
	}

	target := c.baseURL + r.path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}

	httpRequest, err := retryablehttp.NewRequestWithContext(ctx, r.method, target, body)
	if err != nil {
		return fmt.Errorf("building the request %s %s: %w", r.method, r.path, err)
	}

	httpRequest.Header = c.header.Clone()
	if body != nil {
		httpRequest.Header.Set("Content-Type", "application/json")
	}

	httpRequest.SetResponseHandler(func(response *http.Response) error {
		return c.readResponse(r, response, out)
	})

	rt := &retryTransport{client: c, request: r}
	sender := retryablehttp.Client{
		HTTPClient:   &http.Client{Transport: rt, CheckRedirect: checkRedirect},
		RetryMax:     c.maxRetries,
		CheckRetry:   rt.checkRetry,
		Backoff:      rt.backoff,
		ErrorHandler: rt.errorHandler,
	}

	response, err := sender.Do(httpRequest)
	if err != nil {
		return c.wrapTransportError(ctx, r, err, rt)
	}

	return response.Body.Close()
}

// readResponse reads a response completely, so that an incomplete body counts as a failed attempt.
func (c *Client) readResponse(r request, response *http.Response, out any) error {
	defer func() { _ = response.Body.Close() }()

	if response.StatusCode < 200 || response.StatusCode > 299 {
		return c.errorFromResponse(r, response)
	}

	var body bytes.Buffer
	if response.ContentLength > 0 && response.ContentLength <= MaxResponseBytes {
		body.Grow(int(response.ContentLength) + bytes.MinRead)
	}

	read, err := io.Copy(&body, io.LimitReader(response.Body, MaxResponseBytes+1))
	if err != nil {
		return err
	}

	if read > MaxResponseBytes {
		return &DecodeError{
			Method: r.method,
			Path:   r.path,
			Reason: fmt.Sprintf("the response is larger than %d MiB, the maximum", MaxResponseBytes>>20),
		}
	}

	if c.keyDetector.matches(body.Bytes()) {
		return &DecodeError{
			Method:  r.method,
			Path:    r.path,
			Reason:  "the response contains the API key and was refused as a whole",
			refused: true,
		}
	}

	if out == nil {
		if len(bytes.TrimSpace(body.Bytes())) == 0 {
			return nil
		}

		out = &struct{}{}
	}

	if decoder, ok := out.(decoder); ok {
		err = decoder.decode(body.Bytes())
	} else {
		err = json.Unmarshal(body.Bytes(), out)
	}

	if err != nil {
		return &DecodeError{Method: r.method, Path: r.path, Reason: c.describeUndecodable(response, body.Bytes(), err)}
	}

	c.confirmed.Store(true)

	return nil
}

// decoder decodes a response itself.
type decoder interface{ decode(body []byte) error }

func (c *Client) describeUndecodable(response *http.Response, body []byte, err error) string {
	if looksLikeHTML(response, body) {
		return "the response is an HTML page instead of JSON, as a proxy or a wrong base URL returns"
	}

	return c.redact.text("the response is not the expected JSON: " + err.Error())
}

func looksLikeHTML(response *http.Response, body []byte) bool {
	return strings.Contains(response.Header.Get("Content-Type"), "html") ||
		bytes.HasPrefix(bytes.TrimSpace(body), []byte("<"))
}
