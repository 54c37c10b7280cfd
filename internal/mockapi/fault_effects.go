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

// exchange answers a call, or does to it what its fault wants.
func (s *Server) exchange(ctx context.Context, w *recordingWriter, c *call) {
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
			s.send(w, s.answer(ctx, c))
		}
	default:
		s.spoil(ctx, w, c, s.answer(ctx, c))
	}
}

// spoil sends the answer to work that was done, or what its fault makes of it.
func (s *Server) spoil(ctx context.Context, w *recordingWriter, c *call, a answer) {
	f := c.fault
	switch c.faultKind() {
	case FaultResetAfter:
		w.reset()
	case FaultStatusAfter:
		sendStatus(w, f, cmp.Or(f.Status, http.StatusBadGateway))
	case FaultGarbage:
		s.send(w, answer{status: http.StatusOK, body: []byte("\x00\xff{]not JSON at all")})
	case FaultHTML:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusOK)
		_, _ = io.WriteString(w, htmlPage)
	case FaultTruncated:
		sendPart(w, a, len(a.body), len(a.body)/2)
	case FaultWrongLength:
		sendPart(w, a, len(a.body)+100, len(a.body))
	case FaultSlowBody:
		sendSlowly(ctx, w, f.Delay, a)
	default:
		s.send(w, a)
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

// sendPart announces one length and sends another; net/http then ends the connection.
func sendPart(w http.ResponseWriter, a answer, announced, sent int) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(announced))
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body[:sent])
}

func sendSlowly(ctx context.Context, w http.ResponseWriter, delay time.Duration, a answer) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)

	flusher := http.NewResponseController(w)
	for i := range bodyPieces {
		_ = flusher.Flush()

		if pause(ctx, delay/bodyPieces) != nil {
			return
		}

		if _, err := w.Write(a.body[len(a.body)*i/bodyPieces : len(a.body)*(i+1)/bodyPieces]); err != nil {
			return
		}
	}
}

// sendHugeBody sends one valid JSON object of that many bytes, of which it never holds more than a piece.
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
