// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFaults_OverNetwork(t *testing.T) {
	t.Parallel()

	for kind, test := range map[FaultKind]struct {
		fault    Fault
		executed bool // whether the promotion was started
		status   int  // 0: no response
		readErr  error
		fragment string
	}{
		FaultStatus: {Fault{Status: 429, Headers: map[string]string{"Retry-After": "7"}}, false, 429, nil,
			`"code":8`},
		FaultResetBefore: {Fault{}, false, 0, syscall.ECONNRESET, ""},
		FaultResetAfter:  {Fault{}, true, 0, syscall.ECONNRESET, ""},
		FaultPanic:       {Fault{}, false, 0, io.EOF, ""},
		FaultStatusAfter: {Fault{Status: 504, Body: "upstream timed out"}, true, 504, nil, "upstream timed out"},
		FaultTruncated:   {Fault{}, true, 200, io.ErrUnexpectedEOF, `{"operation"`},
		FaultWrongLength: {Fault{}, true, 200, io.ErrUnexpectedEOF, `}}}`},
		FaultGarbage:     {Fault{}, true, 200, nil, "not JSON"},
		FaultHTML:        {Fault{}, true, 200, nil, "<html>"},
		FaultRedirect:    {Fault{Location: "https://elsewhere.example/x"}, false, 307, nil, ""},
		FaultHugeBody:    {Fault{Bytes: 100_000}, false, 200, nil, `{"name":"0123`},
		FaultSlowHeaders: {Fault{Delay: time.Millisecond}, true, 200, nil, "operation"},
		FaultSlowBody:    {Fault{Delay: time.Millisecond}, true, 200, nil, "operation"},
		FaultEdit:        {Fault{Body: `{"operation":null,"x":1}`}, true, 200, nil, `{"x":1}`},
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()

			test.fault.Kind = kind
			n := listen(t, test.fault)

			got, err := n.promoteOnce()
			if !errors.Is(err, test.readErr) {
				t.Errorf("error %v, want %v", err, test.readErr)
			}

			if executed := n.Promotions() == 1; executed != test.executed {
				t.Errorf("executed: %v, want %v", executed, test.executed)
			}

			if got == nil {
				if test.status != 0 {
					t.Errorf("no response, want %d", test.status)
				}

				return
			}

			checkEqual(t, "status", got.status, test.status)

			if !strings.Contains(got.body, test.fragment) {
				t.Errorf("got %.200s, want %s in it", got.body, test.fragment)
			}

			for name, value := range test.fault.Headers {
				if header := got.header.Get(name); header != value {
					t.Errorf("%s: %s, want %s", name, header, value)
				}
			}

			if test.fault.Location != got.header.Get("Location") {
				t.Errorf("Location: %s", got.header.Get("Location"))
			}

			if got.header.Get("X-Request-Id") == "" {
				t.Error("no X-Request-Id")
			}
		})
	}
}

func TestFaults_HugeBodyIsValidJSON(t *testing.T) {
	t.Parallel()

	for _, size := range []int64{12, 1000, 1<<20 + 7} {
		h := start(t, Options{Faults: []Fault{{Kind: FaultHugeBody, Bytes: size}}})

		got := h.get("/v1/accounts")
		checkEqual(t, "bytes", int64(len(got.body)), size)
		checkEqual(t, "valid JSON", json.Valid([]byte(got.body)), true)
	}
}

func TestFaults_Delays(t *testing.T) {
	t.Parallel()

	for _, kind := range []FaultKind{FaultSlowHeaders, FaultSlowBody} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				h := start(t, Options{Faults: []Fault{{Kind: kind, Delay: time.Hour}}})
				started := time.Now()

				h.get("/v1/accounts").want(http.StatusOK, "demo")

				if elapsed := time.Since(started); elapsed != time.Hour {
					t.Errorf("took %s", elapsed)
				}

				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()

				r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/v1/accounts", nil)
				r.Header.Set("X-Api-Key", "key")

				started = time.Now()

				h.ServeHTTP(httptest.NewRecorder(), r)

				if elapsed := time.Since(started); elapsed != time.Second {
					t.Errorf("a caller that gives up after 1s waits for %s", elapsed)
				}
			})
		})
	}
}

func TestServer_LatencyFromArrival(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		h := start(t, Options{Latency: 50 * time.Millisecond})
		h.OnRequest(func(*http.Request) { <-time.After(20 * time.Millisecond) })

		started := time.Now()

		h.get("/v1/accounts")

		if elapsed := time.Since(started); elapsed != 50*time.Millisecond {
			t.Errorf("took %s, want 50ms", elapsed)
		}
	})
}

func TestFaults_MatchedRequests(t *testing.T) {
	t.Parallel()

	models, model := "/v1/accounts/demo/models", "/v1/accounts/demo/models/m"

	for name, test := range map[string]struct {
		faults []Fault
		want   string // of six requests, alternating between models and model
	}{
		"all":                {[]Fault{{}}, "xxxxxx"},
		"one path":           {[]Fault{{Path: "/v1/accounts/*/models"}}, "x.x.x."},
		"any path below":     {[]Fault{{Path: "/v1/accounts/**"}}, "xxxxxx"},
		"another method":     {[]Fault{{Method: "POST"}}, "......"},
		"the second match":   {[]Fault{{Path: "/v1/accounts/*/models", Match: 2}}, "..x..."},
		"at most three":      {[]Fault{{Times: 3}}, "xxx..."},
		"two rules":          {[]Fault{{Match: 2}, {Match: 5}}, ".x..x."},
		"the first wins":     {[]Fault{{Times: 1}, {Times: 2}}, "xxx..."},
		"never, nearly":      {[]Fault{{Probability: 1e-12}}, "......"},
		"certain":            {[]Fault{{Probability: 1}}, "xxxxxx"},
		"seeded probability": {[]Fault{{Probability: 0.5}}, "x.xx.."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := start(t, Options{Seed: 1})
			h.PutModel(Model{Name: "accounts/demo/models/m"})

			for i := range test.faults {
				test.faults[i].Kind = FaultStatus
			}

			h.SetFaults(test.faults...)

			got, applied := "", 0

			for i := range 6 {
				mark := "."
				if h.get([]string{models, model}[i%2]).status != http.StatusOK {
					mark = "x"
					applied++
				}

				got += mark
			}

			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}

			for _, n := range h.FaultCounts() {
				applied -= n
			}

			if applied != 0 {
				t.Errorf("FaultCounts disagrees by %d", applied)
			}
		})
	}
}

func TestSetFaults_ResetsCounters(t *testing.T) {
	t.Parallel()

	h := start(t, Options{Faults: []Fault{{Kind: FaultStatus, Times: 1}}})
	for range 2 {
		h.get("/v1/accounts").want(http.StatusServiceUnavailable)
		h.get("/v1/accounts").want(http.StatusOK)
		h.SetFaults(Fault{Kind: FaultStatus, Times: 1})
	}

	h.SetFaults()
	h.get("/v1/accounts").want(http.StatusOK)

	defer func() {
		if recover() == nil {
			t.Error("a fault without a kind was accepted")
		}
	}()

	h.SetFaults(Fault{})
}

func TestReadFaults_Formats(t *testing.T) {
	t.Parallel()

	list := `[{"method":"POST","path":"/v1/**","match":2,"times":3,"probability":0.5,"kind":"slow-headers","delay":"1.5s"},
		{"kind":"status","status":503,"headers":{"Retry-After":"1"},"body":"x"},
		{"kind":"huge-body","bytes":10},{"kind":"redirect","location":"/"}]`
	want := []Fault{
		{
			Method: "POST", Path: "/v1/**", Match: 2, Times: 3, Probability: 0.5, Kind: FaultSlowHeaders,
			Delay: 1500 * time.Millisecond,
		},
		{Kind: FaultStatus, Status: 503, Headers: map[string]string{"Retry-After": "1"}, Body: "x"},
		{Kind: FaultHugeBody, Bytes: 10},
		{Kind: FaultRedirect, Location: "/"},
	}

	written, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}

	for name, text := range map[string]string{"a list": list, "an object": `{"faults":` + list + `}`,
		"as written": string(written)} {
		got, err := ReadFaults(strings.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}

		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestReadFaults_ErrorPaths(t *testing.T) {
	t.Parallel()

	checkReadErrors(t, ReadFaults, "%s", [][2]string{
		{`[{"kind":"status"},{"kind":"nonsense"}]`, `faults[1].kind: "nonsense" is none of edit,`},
		{`{"fault":[]}`, "fault: unknown field"},
		{`[`, "invalid JSON"},
	})
	checkReadErrors(t, ReadFaults, "[{%s}]", [][2]string{
		{``, "faults[0].kind: is required"},
		{`"kind":"status","sttaus":1`, "faults[0].sttaus: unknown field"},
		{`"kind":"status","status":99`, "faults[0].status:"},
		{`"kind":"status","match":-1`, "faults[0].match:"},
		{`"kind":"status","times":-1`, "faults[0].times:"},
		{`"kind":"status","times":"1"`, "faults[0].times: must be a whole number"},
		{`"kind":"status","probability":2`, "faults[0].probability:"},
		{`"kind":"status","probability":"x"`, "faults[0].probability: must be a number"},
		{`"kind":"status","path":"v1"`, "faults[0].path:"},
		{`"kind":"status","headers":{"Retry-After":1}`, "faults[0].headers.Retry-After: must be a string"},
		{`"kind":"status","headers":[]`, "faults[0].headers: must be an object"},
		{`"kind":"slow-body","delay":"1"`, "faults[0].delay: must be a duration"},
		{`"kind":"slow-body","delay":1`, "faults[0].delay: must be a duration"},
		{`"kind":"slow-body","delay":"-1s"`, "faults[0].delay:"},
		{`"kind":"slow-body"`, "faults[0].delay: is required"},
		{`"kind":"huge-body","bytes":-1`, "faults[0].bytes:"},
		{`"kind":"redirect"`, "faults[0].location: is required"},
		{`"kind":"panic","status":500`, "faults[0].status: is not used by panic"},
		{`"kind":"status","body":"x","message":"y"`, "faults[0].body:"},
		{`"kind":"status","metadata":{"a":"b"}`, "faults[0].reason:"},
		{`"kind":"status","code":"x"`, "faults[0].code: must be a whole number"},
		{`"kind":"edit","body":"[]"`, "faults[0].body: must be a JSON object"},
		{`"kind":"edit","reason":"x"`, "faults[0].reason: is not used by edit"},
		{`"kind":"status","query":"a;b"`, "faults[0].query:"},
	})

	if _, err := ReadFaults(iotest.ErrReader(io.ErrClosedPipe)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}

	if _, err := New(Options{Faults: []Fault{{Kind: "x"}}}); err == nil {
		t.Error("New accepted a fault of an unknown kind")
	}
}
