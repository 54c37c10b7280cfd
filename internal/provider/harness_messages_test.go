package provider

import (
	"context"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

var updateMessages = flag.Bool("update", false, "write the golden files in testdata anew")

// messageCase is a failure and the calls that provoke its message, in a scene of type S.
type messageCase[S interface{ text() string }] struct {
	when    string
	provoke func(S)
}

// assertMessages provokes every message in its own scene, and compares them with the file in testdata, where they can be read as
// one text.
func assertMessages[S interface{ text() string }](t *testing.T, file string, cases []messageCase[S], newScene func(*testing.T) S) {
	t.Helper()

	texts := make([]string, len(cases))

	t.Run("provoke", func(t *testing.T) {
		for i, c := range cases {
			t.Run(c.when, func(t *testing.T) {
				t.Parallel()

				s := newScene(t)
				c.provoke(s)

				texts[i] = "=== " + c.when + " ===\n\n" + s.text() + "\n"
			})
		}
	})

	assertGolden(t, filepath.Join("testdata", file), strings.Join(texts, "\n\n"))
}

// assertGolden compares a text with the file, which -update writes anew.
func assertGolden(t *testing.T, file, got string) {
	t.Helper()

	if *updateMessages {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}

	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("the messages are not those of %s; see the difference, and write them anew with -update (-want +got):\n%s", file, diff)
	}
}

// scene is a platform with one resource, for a test that provokes one message.
type scene struct {
	*platform
	t    *testing.T
	core terraformCore
	// change contains the arguments that differ from the default configuration.
	change  values
	current instance
	ctx     context.Context //nolint:containedctx // a scene is one test
	// said contains the diagnostics of the last call.
	said diagnostics
}

// newScene returns a scene without the resource; newCore is (*platform).promotedModels or its equivalent for another type.
func newScene(t *testing.T, options mockapi.Options, newCore func(*platform, testing.TB) terraformCore) *scene {
	t.Helper()

	p := newPlatform(t, options)

	return &scene{platform: p, t: t, core: newCore(p, t), ctx: t.Context()}
}

// text returns the diagnostics of the last call, without the values that vary.
func (s *scene) text() string {
	s.t.Helper()

	if len(s.said) == 0 {
		s.t.Error("no diagnostics")
	}

	return strings.ReplaceAll(mockRequestID.ReplaceAllString(s.said.String(), "mock-N"), s.URL, "http://mock")
}

// run applies the configuration, or destroys the resource when it is nil. A call to interrupt before concerns this run only.
func (s *scene) run(config values, options runOptions) {
	s.said = s.core.Run(s.ctx, &s.current, config, options).Diagnostics
	s.ctx = s.t.Context()
}

// refuse makes every request with the method fail; "" is all methods, and an empty body the default of the mock.
func (s *scene) refuse(method string, status int, body string) {
	s.SetFaults(mockapi.Fault{Method: method, Kind: mockapi.FaultStatus, Status: status, Body: body})
}

// interrupt cancels the next run, as Ctrl-C does, at the n-th request of this kind.
func (s *scene) interrupt(method, pathPattern string, n int) {
	ctx, cancel := context.WithCancel(s.t.Context())
	s.t.Cleanup(cancel)
	s.ctx = ctx
	s.onRequest(method, pathPattern, n, func(*http.Request) { cancel() })
}
