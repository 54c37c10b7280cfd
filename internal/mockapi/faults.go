package mockapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// FaultKind says what goes wrong.
type FaultKind string

const (
	// FaultStatus answers Status, Headers and Body in place of doing the work.
	FaultStatus FaultKind = "status"
	// FaultResetBefore resets the connection before the work is done.
	FaultResetBefore FaultKind = "reset-before"
	// FaultResetAfter resets the connection after the work was done: a lost answer.
	FaultResetAfter FaultKind = "reset-after"
	// FaultStatusAfter answers Status, Headers and Body after the work was done.
	FaultStatusAfter FaultKind = "status-after"
	// FaultTruncated does the work and ends the connection in the middle of the answer.
	FaultTruncated FaultKind = "truncated"
	// FaultGarbage does the work and answers 200 with a body that is not JSON.
	FaultGarbage FaultKind = "garbage"
	// FaultHTML does the work and answers 200 with an HTML page.
	FaultHTML FaultKind = "html"
	// FaultSlowHeaders waits for Delay before it answers.
	FaultSlowHeaders FaultKind = "slow-headers"
	// FaultSlowBody sends the headers at once, and the body in small pieces over Delay.
	FaultSlowBody FaultKind = "slow-body"
	// FaultEndlessPages gives every page of a list a fresh nextPageToken; after the last row the pages are empty.
	FaultEndlessPages FaultKind = "endless-pages"
	// FaultRepeatedToken answers every page of a list with the same page and the same nextPageToken.
	FaultRepeatedToken FaultKind = "repeated-token"
	// FaultRepeatedRows lets each page of a list begin with the last row of the page before. A list of one page becomes two.
	FaultRepeatedRows FaultKind = "repeated-rows"
	// FaultEmptyPage puts an empty page in the middle of a list. A list of one page becomes three.
	FaultEmptyPage FaultKind = "empty-page"
	// FaultHugeBody streams Bytes of JSON in place of doing the work.
	FaultHugeBody FaultKind = "huge-body"
	// FaultRedirect answers 307 with Location in place of doing the work.
	FaultRedirect FaultKind = "redirect"
	// FaultWrongLength does the work and announces more bytes than it sends.
	FaultWrongLength FaultKind = "wrong-length"
	// FaultPanic aborts the connection before the work is done, as a handler that panics does.
	FaultPanic FaultKind = "panic"
)

// FaultKinds returns every kind of fault, sorted.
func FaultKinds() []FaultKind {
	return []FaultKind{
		FaultEmptyPage, FaultEndlessPages, FaultGarbage, FaultHTML, FaultHugeBody, FaultPanic, FaultRedirect, FaultRepeatedRows,
		FaultRepeatedToken, FaultResetAfter, FaultResetBefore, FaultSlowBody, FaultSlowHeaders, FaultStatus, FaultStatusAfter,
		FaultTruncated, FaultWrongLength,
	}
}

// Fault is a rule that spoils requests. Of several rules that fit a request, the first that is due acts.
type Fault struct {
	// Method of the requests; "" is any.
	Method string `json:"method,omitempty"`
	// Path of the requests, in the pattern language of Server.Count; "" is any.
	Path string `json:"path,omitempty"`
	// Match picks the n-th request that fits, counting from 1; 0 is all of them.
	Match int `json:"match,omitempty"`
	// Times is how often the fault acts at most; 0 is without limit.
	Times int `json:"times,omitempty"`
	// Probability with which the fault acts on a request; 0 is always.
	Probability float64 `json:"probability,omitempty"`
	// Kind is what goes wrong.
	Kind FaultKind `json:"kind"`
	// Status of the kinds status (default 503) and status-after (default 502).
	Status int `json:"status,omitempty"`
	// Headers of the kinds status, status-after and redirect.
	Headers map[string]string `json:"headers,omitempty"`
	// Body of the kinds status and status-after; "" is an error in the platform's form.
	Body string `json:"body,omitempty"`
	// Delay of the kinds slow-headers and slow-body; in JSON a text such as "1.5s".
	Delay time.Duration `json:"delay,omitempty"`
	// Bytes of the kind huge-body; default 300 MB.
	Bytes int64 `json:"bytes,omitempty"`
	// Location of the kind redirect.
	Location string `json:"location,omitempty"`
}

// UnmarshalJSON reads a fault, whose delay is a text.
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

// MarshalJSON writes a fault as UnmarshalJSON reads it.
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

// ReadFaults reads a JSON list of faults, or an object with the list under "faults". It accepts no field that it does not
// know, and its errors begin with the path of what is wrong, such as faults[2].delay.
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
	return each("faults", faults, Fault.check)
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
		return fmt.Errorf("path: %q does not begin with /", f.Path)
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("status: %d is not from 200 to 599", f.Status)
	case f.Delay < 0:
		return errors.New("delay: must not be negative")
	case f.Bytes < 0:
		return errors.New("bytes: must not be negative")
	case f.Kind == FaultRedirect && f.Location == "":
		return errors.New("location: is required for a redirect")
	case f.Delay == 0 && (f.Kind == FaultSlowHeaders || f.Kind == FaultSlowBody):
		return fmt.Errorf("delay: is required for %s", f.Kind)
	}

	return f.checkUse()
}

// checkUse refuses fields that the kind of fault does not look at: they are mistakes.
func (f Fault) checkUse() error {
	used := map[FaultKind]string{
		FaultStatus: "status headers body", FaultStatusAfter: "status headers body", FaultRedirect: "location headers",
		FaultSlowHeaders: "delay", FaultSlowBody: "delay", FaultHugeBody: "bytes",
	}[f.Kind]

	set := map[string]bool{
		"status": f.Status != 0, "headers": len(f.Headers) > 0, "body": f.Body != "", "delay": f.Delay != 0, "bytes": f.Bytes != 0,
		"location": f.Location != "",
	}
	for _, field := range slices.Sorted(maps.Keys(set)) {
		if set[field] && !slices.Contains(strings.Fields(used), field) {
			return fmt.Errorf("%s: means nothing for %s", field, f.Kind)
		}
	}

	return nil
}

func kindList() string {
	var kinds []string
	for _, k := range FaultKinds() {
		kinds = append(kinds, string(k))
	}

	return strings.Join(kinds, ", ")
}
