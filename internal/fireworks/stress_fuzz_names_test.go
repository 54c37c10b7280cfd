// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// maxErrorTextBytes allows three quoted values, each of whose characters may take ten bytes when escaped.
const maxErrorTextBytes = 3*10*(maxQuotedCharacters+1) + 600

func FuzzParseResourceNames(f *testing.F) {
	for _, seed := range []string{
		"", "/", "step-50", "accounts/a/rlorTrainerJobs/j", "accounts/a/trainingSessions/s",
		"accounts/a/rlorTrainerJobs/j/checkpoints/c", "accounts/a/trainingSessions/s/checkpoints/c",
		"accounts/a/models/m", "accounts/a/deployments/d", "accounts/a/operations/o",
		"accounts/a/trainingShapes/s", "accounts/a/trainingShapes/s/versions/v",
		"accounts/a/deployedModels/d", "accounts/a/deploymentShapes/s", "accounts/a/deploymentShapes/s/versions/v",
		"https://api.fireworks.ai/v1/accounts/a/models/m?x=1#y", " accounts/a/models/m\n", "accounts/../models/.",
		"accounts//models/", "accounts/\xff/models/\x00", "accounts/\u0085/models/\u2028",
		"accounts/a/models/" + strings.Repeat("\U000E0001", 200),
	} {
		f.Add(seed)
	}

	f.Fuzz(func(t *testing.T, name string) {
		for kind, parse := range nameParsers {
			_, text, err := parse(name)
			if err == nil {
				if text != name {
					t.Errorf("%s: %q became %q", kind, name, text)
				}

				checkSegments(t, name)

				continue
			}

			checkNameError(t, name, err)
		}

		if err := ValidateID("account ID", name); err == nil {
			if strings.Contains(name, "/") {
				t.Errorf("%q was accepted as an ID", name)
			}

			checkSegments(t, name)

			if _, err := ParseModelName("accounts/" + name + "/models/" + name); err != nil {
				t.Errorf("a valid ID is invalid within a name: %v", err)
			}
		} else {
			checkNameError(t, name, err)
		}
	})
}

func checkSegments(t *testing.T, name string) {
	t.Helper()

	if !utf8.ValidString(name) {
		t.Errorf("accepted invalid UTF-8: %q", name)
	}

	for segment := range strings.SplitSeq(name, "/") {
		if segment == "" || segment == "." || segment == ".." {
			t.Errorf("accepted the segment %q of %q", segment, name)
		}
	}
}

func checkNameError(t *testing.T, name string, err error) {
	t.Helper()

	var nameErr *NameError
	if !errors.As(err, &nameErr) || nameErr.Value != name || nameErr.Kind == "" || nameErr.Expected == "" ||
		nameErr.Reason == "" {
		t.Errorf("%q: the error is not filled in: %#v", name, err)
	}

	if text := err.Error(); len(text) > maxErrorTextBytes || !utf8.ValidString(text) ||
		strings.ContainsAny(text, "\x00\n\x1b") {
		t.Errorf("%q: invalid error text of %d bytes: %q", name, len(text), text)
	}
}

func FuzzValidateModelID(f *testing.F) {
	for _, seed := range []string{
		"", "a", "-", "A", "my_model", "my model", "qwen2.5", "é", "\xff", "\x00", "a\u00a0b", "accounts/a/models/m",
		strings.Repeat("a", 63), strings.Repeat("a", 64), strings.Repeat("\U0001F600", 100), manyInvalidCharacters(),
	} {
		f.Add(seed)
	}

	valid := regexp.MustCompile(`^[a-z0-9-]{1,63}$`)

	f.Fuzz(func(t *testing.T, id string) {
		messages := ValidateModelID(id)
		if (len(messages) == 0) != valid.MatchString(id) {
			t.Errorf("%q: %q", id, messages)
		}

		if len(messages) > 2 {
			t.Errorf("%q: %d messages: %q", id, len(messages), messages)
		}

		for _, message := range messages {
			if len(message) > 400 || !utf8.ValidString(message) || !strings.HasSuffix(message, ".") {
				t.Errorf("%q: invalid message %q", id, message)
			}
		}
	})
}

// manyInvalidCharacters returns an ID with the longest message: its characters are quoted as long escapes.
func manyInvalidCharacters() string {
	var id strings.Builder

	for i := range maxQuotedBadCharacters + 1 {
		id.WriteRune(rune(0x10FFD0 + i))
	}

	return id.String() + strings.Repeat("a", MaxModelIDLength)
}

func FuzzBuildModelID(f *testing.F) {
	f.Add("Qwen3 8B", "", "step_50")
	f.Add("", "", "")
	f.Add("__", "日本", "\xff")
	f.Add(strings.Repeat("a", 62)+"-b", strings.Repeat("c-", 40), strings.Repeat("d", 63))
	f.Add("first", strings.Repeat("x", 70), "last")
	f.Add("İstanbul", "\u212Aelvin", "-")
	f.Fuzz(func(t *testing.T, first, second, last string) {
		id, err := BuildModelID(first, second, last)
		tail := cleanModelIDPart(last)

		if err != nil {
			if id != "" || cleanModelIDPart(first) != "" && cleanModelIDPart(second) != "" && tail != "" {
				t.Errorf("%q, %q, %q became %q, %v", first, second, last, id, err)
			}

			return
		}

		if messages := ValidateModelID(id); len(messages) > 0 {
			t.Errorf("%q, %q, %q became %q: %q", first, second, last, id, messages)
		}

		if again, err := BuildModelID(id); err != nil || again != id {
			t.Errorf("%q became %q, %v", id, again, err)
		}

		if end := strings.TrimLeft(tail[max(0, len(tail)-ModelIDLastEnd):], "-"); !strings.HasSuffix(id, end) {
			t.Errorf("the end of the last part %q is missing in %q", end, id)
		}
	})
}
