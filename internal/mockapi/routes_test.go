// SPDX-License-Identifier: MPL-2.0

package mockapi

import "testing"

func TestMatchPath_Patterns(t *testing.T) {
	t.Parallel()

	for pattern, paths := range map[string]map[string]bool{
		"/v1/accounts/*/models/*": {
			"/v1/accounts/a/models/m": true, "/v1/accounts/a/models/": true, "/v1/accounts/a/models": false,
			"/v1/accounts/a/models/m/x": false, "/v1/accounts/a%2Fb/models/m": true, "/v2/accounts/a/models/m": false,
		},
		"/v1/accounts/*/checkpoints/*:promote": {
			"/v1/accounts/a/checkpoints/c:promote": true, "/v1/accounts/a/checkpoints/c": false,
			"/v1/accounts/a/checkpoints/c:promoted":        false,
			"/v1/accounts/a/checkpoints/c:promote:promote": true,
		},
		"/v1/accounts/*/checkpoints/*": {"/v1/accounts/a/checkpoints/c:promote": true},
		"/v1/**":                       {"/v1/": true, "/v1/a/b/c": true, "/v1": false, "/v2/a": false},
		"**":                           {"": true, "/": true, "/a/b": true},
		"/a*b*c":                       {"/abc": true, "/aXbYc": true, "/ac": false, "/abcX": false, "/abXbc": true},
		"/":                            {"/": true, "": false},
	} {
		for path, want := range paths {
			if got := matchPath(pattern, path); got != want {
				t.Errorf("matchPath(%q, %q) = %v", pattern, path, got)
			}
		}
	}
}
