// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	defaultHugeBody = 300 << 20
	bodyPieces      = 20
)

// htmlPage returns the web page with which a proxy responds in place of the API.
func htmlPage(status int) string {
	const page = "<!DOCTYPE html>\n<html><head><title>Just a moment</title></head><body><h1>%d %s</h1></body></html>\n"

	return fmt.Sprintf(page, status, http.StatusText(status))
}

func (c *call) faultKind() FaultKind {
	if c.fault == nil {
		return ""
	}

	return c.fault.Kind
}

// serve handles a call and applies its fault, if any.
func (s *Server) serve(ctx context.Context, w *recordingWriter, c *call) {
	f := c.fault
	switch c.faultKind() {
	case FaultStatus:
		s.awaitLatency(ctx, c)
		sendStatus(w, f, cmp.Or(f.Status, http.StatusServiceUnavailable))
	case FaultResetBefore:
		w.reset()
	case FaultPanic:
		panic(http.ErrAbortHandler)
	case FaultRedirect:
		s.awaitLatency(ctx, c)
		w.Header().Set("Location", f.Location)
		sendStatus(w, f, http.StatusTemporaryRedirect)
	case FaultHugeBody:
		sendHugeBody(w, cmp.Or(f.Bytes, defaultHugeBody))
	case FaultSlowHeaders:
		if pause(ctx, f.Delay) == nil {
			s.send(w, s.handle(ctx, c))
		}
	default:
		s.applyFault(ctx, w, c, s.handle(ctx, c))
	}
}

// applyFault sends the response to a call that was executed, altered by the fault of the call.
func (s *Server) applyFault(ctx context.Context, w *recordingWriter, c *call, resp response) {
	f := c.fault
	switch c.faultKind() {
	case FaultResetAfter:
		w.reset()
	case FaultStatusAfter:
		sendStatus(w, f, cmp.Or(f.Status, http.StatusBadGateway))
	case FaultGarbage:
		s.send(w, response{status: http.StatusOK, body: []byte("\x00\xff{]not JSON at all")})
	case FaultHTML:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusOK)
		_, _ = io.WriteString(w, htmlPage(http.StatusBadGateway))
	case FaultEdit:
		f.setHeaders(w.Header())
		s.send(w, edited(resp, f.Body))
	case FaultTruncated:
		sendPart(w, resp, len(resp.body), len(resp.body)/2)
	case FaultWrongLength:
		sendPart(w, resp, len(resp.body)+100, len(resp.body))
	case FaultSlowBody:
		sendSlowly(ctx, w, f.Delay, resp)
	default:
		s.send(w, resp)
	}
}

func sendStatus(w http.ResponseWriter, f *Fault, status int) {
	w.Header().Set("Content-Type", cmp.Or(f.ContentType, "application/json"))
	f.setHeaders(w.Header())
	w.WriteHeader(status)
	_, _ = io.WriteString(w, f.errorBody(status))
}

// setHeaders sets the headers of a fault, and removes those without a value.
func (f *Fault) setHeaders(h http.Header) {
	for name, value := range f.Headers {
		if value == "" {
			h.Del(name)
		} else {
			h.Set(name, value)
		}
	}
}

// errorBody returns the body of a fault: the given one, or that of a proxy or of the API.
func (f *Fault) errorBody(status int) string {
	switch {
	case f.Body != "":
		return f.Body
	case strings.HasPrefix(f.ContentType, "text/html"):
		return htmlPage(status)
	case strings.HasPrefix(f.ContentType, "text/"):
		return fmt.Sprintf("error code: %d\n", status)
	}

	body := map[string]any{"message": cmp.Or(f.Message, "injected fault: "+http.StatusText(status)), "details": []any{}}
	if f.Code == nil {
		body["code"] = grpcCode(status)
	} else if *f.Code != 0 {
		body["code"] = *f.Code
	}

	if f.Reason != "" {
		body["details"] = []any{map[string]any{
			"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": f.Reason, "domain": "fireworks.ai",
			"metadata": f.Metadata,
		}}
	}

	text, _ := json.Marshal(body)

	return string(text)
}

// edited returns a successful response with a merge patch applied to its JSON object.
func edited(resp response, patch string) response {
	target, err := decodeNumbers(resp.body)

	change, patchErr := decodeNumbers([]byte(patch))
	if resp.status >= http.StatusMultipleChoices || err != nil || patchErr != nil {
		return resp
	}

	if body, err := json.Marshal(mergePatch(target, change)); err == nil {
		resp.body = body
	}

	return resp
}

// mergePatch applies a merge patch of RFC 7396: null removes a member.
func mergePatch(target, patch any) any {
	changes, ok := patch.(map[string]any)
	if !ok {
		return patch
	}

	before, _ := target.(map[string]any)

	merged := maps.Clone(before)
	if merged == nil {
		merged = map[string]any{}
	}

	for name, change := range changes {
		if change == nil {
			delete(merged, name)
		} else {
			merged[name] = mergePatch(merged[name], change)
		}
	}

	return merged
}

// sendPart announces one length and sends another, so that net/http closes the connection.
func sendPart(w http.ResponseWriter, resp response, announced, sent int) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(announced))
	w.WriteHeader(resp.status)
	_, _ = w.Write(resp.body[:sent])
}

func sendSlowly(ctx context.Context, w http.ResponseWriter, delay time.Duration, resp response) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(resp.body)))
	w.WriteHeader(resp.status)

	flusher := http.NewResponseController(w)
	for i := range bodyPieces {
		_ = flusher.Flush()

		if pause(ctx, delay/bodyPieces) != nil {
			return
		}

		if _, err := w.Write(resp.body[len(resp.body)*i/bodyPieces : len(resp.body)*(i+1)/bodyPieces]); err != nil {
			return
		}
	}
}

// sendHugeBody streams one valid JSON object of the given size.
func sendHugeBody(w http.ResponseWriter, size int64) {
	const head, tail = `{"name":"`, `"}`

	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	_, err := io.WriteString(w, head)

	piece := bytes.Repeat([]byte("0123456789abcdef"), 4<<10)
	for rest := size - int64(len(head)+len(tail)); rest > 0 && err == nil; {
		n, writeErr := w.Write(piece[:min(rest, int64(len(piece)))])
		rest, err = rest-int64(n), writeErr
	}

	if err == nil {
		_, _ = io.WriteString(w, tail)
	}
}

func grpcCode(status int) int {
	switch status {
	case http.StatusBadRequest:
		return codeInvalidArgument
	case http.StatusUnauthorized:
		return codeUnauthenticated
	case http.StatusForbidden:
		return codePermissionDenied
	case http.StatusNotFound:
		return codeNotFound
	case http.StatusConflict:
		return codeAlreadyExists
	case http.StatusTooManyRequests:
		return codeResourceExhausted
	case http.StatusBadGateway, http.StatusServiceUnavailable:
		return codeUnavailable
	case http.StatusGatewayTimeout, http.StatusRequestTimeout:
		return codeDeadlineExceeded
	}

	return codeInternal
}
