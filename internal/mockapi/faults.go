// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// FaultKind is a kind of fault.
type FaultKind string

const (
	// FaultStatus returns Status, Headers and Body without executing the request.
	FaultStatus FaultKind = "status"
	// FaultResetBefore resets the connection without executing the request.
	FaultResetBefore FaultKind = "reset-before"
	// FaultResetAfter executes the request and resets the connection: a lost response.
	FaultResetAfter FaultKind = "reset-after"
	// FaultStatusAfter executes the request and returns Status, Headers and Body.
	FaultStatusAfter FaultKind = "status-after"
	// FaultTruncated executes the request and closes the connection in the middle of the response.
	FaultTruncated FaultKind = "truncated"
	// FaultGarbage executes the request and returns 200 with a body that is not JSON.
	FaultGarbage FaultKind = "garbage"
	// FaultHTML executes the request and returns 200 with an HTML page.
	FaultHTML FaultKind = "html"
	// FaultSlowHeaders waits for Delay before it sends the response.
	FaultSlowHeaders FaultKind = "slow-headers"
	// FaultSlowBody sends the headers immediately and the body in small pieces over Delay.
	FaultSlowBody FaultKind = "slow-body"
	// FaultEndlessPages returns a new nextPageToken with every page of a list. Pages after the last row are empty.
	FaultEndlessPages FaultKind = "endless-pages"
	// FaultRepeatedToken returns the same page with the same nextPageToken for every page of a list.
	FaultRepeatedToken FaultKind = "repeated-token"
	// FaultRepeatedRows starts each page of a list with the last row of the previous page. A list of one page becomes
	// two.
	FaultRepeatedRows FaultKind = "repeated-rows"
	// FaultEmptyPage inserts an empty page in the middle of a list. A list of one page becomes three.
	FaultEmptyPage FaultKind = "empty-page"
	// FaultHugeBody streams Bytes of JSON without executing the request.
	FaultHugeBody FaultKind = "huge-body"
	// FaultRedirect returns 307 with Location without executing the request.
	FaultRedirect FaultKind = "redirect"
	// FaultWrongLength executes the request and announces more bytes than it sends.
	FaultWrongLength FaultKind = "wrong-length"
	// FaultPanic aborts the connection without executing the request, as a handler that panics does.
	FaultPanic FaultKind = "panic"
	// FaultEdit executes the request and changes the JSON object of a successful response by the merge patch in Body.
	FaultEdit FaultKind = "edit"
)

// FaultKinds returns every kind of fault, sorted.
func FaultKinds() []FaultKind {
	return []FaultKind{
		FaultEdit, FaultEmptyPage, FaultEndlessPages, FaultGarbage, FaultHTML, FaultHugeBody, FaultPanic, FaultRedirect,
		FaultRepeatedRows, FaultRepeatedToken, FaultResetAfter, FaultResetBefore, FaultSlowBody, FaultSlowHeaders,
		FaultStatus, FaultStatusAfter, FaultTruncated, FaultWrongLength,
	}
}

// Fault is a rule that makes requests fail. Of several rules that match a request, the first that applies is used.
type Fault struct {
	// Method of the requests; "" is any.
	Method string `json:"method,omitempty"`
	// Path of the requests, in the pattern language of Server.Count; "" is any.
	Path string `json:"path,omitempty"`
	// Query are parameters that the requests have, such as validateOnly=true; "" is any.
	Query string `json:"query,omitempty"`
	// Match selects the n-th matching request, counting from 1; 0 is every one.
	Match int `json:"match,omitempty"`
	// Times is how often the fault is applied at most; 0 is no limit.
	Times int `json:"times,omitempty"`
	// Probability with which the fault is applied to a request; 0 is always.
	Probability float64 `json:"probability,omitempty"`
	// Kind of the fault.
	Kind FaultKind `json:"kind"`
	// Status of the kinds status (default 503) and status-after (default 502).
	Status int `json:"status,omitempty"`
	// Headers of the kinds status, status-after, redirect and edit. An empty value removes a header such as
	// X-Request-Id.
	Headers map[string]string `json:"headers,omitempty"`
	// Body of the kinds status and status-after; "" is an error in the API's format, or a page when there is a
	// ContentType. For the kind edit it is the merge patch.
	Body string `json:"body,omitempty"`
	// ContentType of the kinds status and status-after; default application/json. With text/html or text/plain, the
	// response is one of a proxy.
	ContentType string `json:"content_type,omitempty"`
	// Code is the gRPC code of the error; 0 leaves it out. It follows from the status when it is nil.
	Code *int `json:"code,omitempty"`
	// Message of the error; default "injected fault: " and the name of the status.
	Message string `json:"message,omitempty"`
	// Reason of the ErrorInfo among the details of the error, such as QUOTA_EXCEEDED; "" is an error without details.
	Reason string `json:"reason,omitempty"`
	// Metadata of the ErrorInfo, such as quota_required.
	Metadata map[string]string `json:"metadata,omitempty"`
	// Delay of the kinds slow-headers and slow-body; in JSON a string such as "1.5s".
	Delay time.Duration `json:"delay,omitempty"`
	// Bytes of the kind huge-body; default 300 MB.
	Bytes int64 `json:"bytes,omitempty"`
	// Location of the kind redirect.
	Location string `json:"location,omitempty"`
}

// UnmarshalJSON decodes a fault, whose delay is a string.
func (f *Fault) UnmarshalJSON(text []byte) error {
	type plain Fault

	outer := struct {
		*plain
		Delay string `json:"delay"`
	}{plain: (*plain)(f)}
	if err := json.Unmarshal(text, &outer); err != nil {
		return err
	}

	if outer.Delay == "" {
		return nil
	}

	delay, err := time.ParseDuration(outer.Delay)
	f.Delay = delay

	return err
}

// MarshalJSON encodes a fault in the format of UnmarshalJSON.
func (f Fault) MarshalJSON() ([]byte, error) {
	type plain Fault

	outer := struct {
		plain
		Delay string `json:"delay,omitempty"`
	}{plain: plain(f)}
	if f.Delay != 0 {
		outer.Delay = f.Delay.String()
	}

	return json.Marshal(outer)
}

// ReadFaults reads a JSON list of faults, or an object with the list under "faults". It rejects unknown fields. Its
// errors start with the path of the invalid field, such as faults[2].delay.
func ReadFaults(r io.Reader) ([]Fault, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("reading the faults: %w", err)
	}

	if list := bytes.TrimSpace(text); bytes.HasPrefix(list, []byte("[")) {
		text = slices.Concat([]byte(`{"faults":`), text, []byte("}"))
	}

	var file struct {
		Faults []Fault `json:"faults"`
	}
	if err := decodeStrict(text, &file); err != nil {
		return nil, err
	}

	if err := checkFaults(file.Faults); err != nil {
		return nil, err
	}

	return file.Faults, nil
}

func checkFaults(faults []Fault) error {
	return forEach("faults", faults, Fault.check)
}

func (f Fault) check() error {
	switch {
	case f.Kind == "":
		return fmt.Errorf("kind: is required; one of %s", kindList())
	case !slices.Contains(FaultKinds(), f.Kind):
		return fmt.Errorf("kind: %q is none of %s", f.Kind, kindList())
	case f.Match < 0:
		return errors.New("match: must not be negative")
	case f.Times < 0:
		return errors.New("times: must not be negative")
	case f.Probability < 0 || f.Probability > 1:
		return errors.New("probability: must be from 0 to 1")
	case f.Path != "" && !strings.HasPrefix(f.Path, "/") && f.Path != "**":
		return fmt.Errorf("path: %q does not start with /", f.Path)
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("status: %d is not from 200 to 599", f.Status)
	case f.Delay < 0:
		return errors.New("delay: must not be negative")
	case f.Bytes < 0:
		return errors.New("bytes: must not be negative")
	case f.Kind == FaultRedirect && f.Location == "":
		return errors.New("location: is required for a redirect")
	case f.Kind == FaultEdit && f.Body != "" && !isJSONObject(f.Body):
		return errors.New("body: must be a JSON object for edit")
	case f.Body != "" && (f.Code != nil || f.Message != "" || f.Reason != ""):
		return errors.New("body: must not be set together with code, message or reason")
	case f.Reason == "" && len(f.Metadata) > 0:
		return errors.New("reason: is required with metadata")
	case !isQuery(f.Query):
		return fmt.Errorf("query: %q is not of the form name=value&name=value", f.Query)
	case f.Delay == 0 && (f.Kind == FaultSlowHeaders || f.Kind == FaultSlowBody):
		return fmt.Errorf("delay: is required for %s", f.Kind)
	}

	return f.checkUnusedFields()
}

// checkUnusedFields returns an error if a field is set that the kind of fault does not use.
func (f Fault) checkUnusedFields() error {
	const errorFields = "status headers body content_type code message reason metadata"

	used := map[FaultKind]string{
		FaultStatus: errorFields, FaultStatusAfter: errorFields, FaultEdit: "headers body",
		FaultRedirect:    "location headers",
		FaultSlowHeaders: "delay", FaultSlowBody: "delay", FaultHugeBody: "bytes",
	}[f.Kind]

	set := map[string]bool{
		"status": f.Status != 0, "headers": len(f.Headers) > 0, "body": f.Body != "", "delay": f.Delay != 0,
		"bytes":    f.Bytes != 0,
		"location": f.Location != "", "content_type": f.ContentType != "", "code": f.Code != nil,
		"message": f.Message != "",
		"reason":  f.Reason != "", "metadata": len(f.Metadata) > 0,
	}
	for _, field := range slices.Sorted(maps.Keys(set)) {
		if set[field] && !slices.Contains(strings.Fields(used), field) {
			return fmt.Errorf("%s: is not used by %s", field, f.Kind)
		}
	}

	return nil
}

func isJSONObject(text string) bool {
	var object map[string]any
	return json.Unmarshal([]byte(text), &object) == nil && object != nil
}

func isQuery(text string) bool {
	_, err := url.ParseQuery(text)
	return err == nil
}

// hasParameters reports whether a query has all parameters of another.
func hasParameters(query url.Values, wanted string) bool {
	parameters, _ := url.ParseQuery(wanted)
	for name, values := range parameters {
		if !slices.Equal(query[name], values) {
			return false
		}
	}

	return true
}

func kindList() string {
	var kinds []string
	for _, k := range FaultKinds() {
		kinds = append(kinds, string(k))
	}

	return strings.Join(kinds, ", ")
}

// faultRules is the active faults with their counters.
type faultRules struct {
	mu     sync.Mutex
	rules  []*faultRule
	random *rand.Rand
}

type faultRule struct {
	Fault
	matched int
	applied int
}

// SetFaults replaces the faults and resets their counters. It panics on an invalid fault.
func (s *Server) SetFaults(f ...Fault) {
	if err := checkFaults(f); err != nil {
		panic("mockapi: " + err.Error())
	}

	s.faults.set(f)
}

// FaultCounts returns how often each fault was applied, in the order in which they were set.
func (s *Server) FaultCounts() []int {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()

	applied := make([]int, len(s.faults.rules))
	for i, r := range s.faults.rules {
		applied[i] = r.applied
	}

	return applied
}

func (f *faultRules) set(faults []Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()

	f.rules = nil
	for _, fault := range slices.Clone(faults) {
		f.rules = append(f.rules, &faultRule{Fault: fault})
	}
}

// match returns the fault to apply to a request, or nil. Every rule that matches counts the request.
func (f *faultRules) match(r *http.Request) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()

	var chosen *Fault

	for _, rule := range f.rules {
		if !matchRequest(rule.Method, rule.Path, r.Method, r.URL.EscapedPath()) ||
			!hasParameters(r.URL.Query(), rule.Query) {
			continue
		}

		rule.matched++
		if chosen == nil && f.applies(rule) {
			rule.applied++
			chosen = &rule.Fault
		}
	}

	return chosen
}

func (f *faultRules) applies(rule *faultRule) bool {
	switch {
	case rule.Match > 0 && rule.matched != rule.Match:
		return false
	case rule.Times > 0 && rule.applied >= rule.Times:
		return false
	case rule.Probability > 0 && f.random.Float64() >= rule.Probability:
		return false
	}

	return true
}
