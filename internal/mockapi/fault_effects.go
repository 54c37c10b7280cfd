package mockapi

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"
)

const (
	defaultHugeBody = 300 << 20
	bodyPieces      = 20
)

const htmlPage = "<!DOCTYPE html>\n<html><head><title>Just a moment</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"

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
		_, _ = io.WriteString(w, htmlPage)
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
	body := []byte(f.Body)
	if f.Body == "" {
		body, _ = json.Marshal((&apiError{code: grpcCode(status), message: "injected fault: " + http.StatusText(status)}).wire())
	}

	w.Header().Set("Content-Type", "application/json")

	for name, value := range f.Headers {
		w.Header().Set(name, value)
	}

	w.WriteHeader(status)
	_, _ = w.Write(body)
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
