package fireworks

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestValidateModelID(t *testing.T) {
	t.Parallel()

	const allowed = `; only a–z, 0–9 and "-" are allowed.`

	bad := func(text string) []string { return []string{text} }

	tests := map[string][]string{
		"a":                                   nil,
		"-":                                   nil,
		"0-9":                                 nil,
		strings.Repeat("z", MaxModelIDLength): nil,

		"":                       bad(`The model ID is empty; it needs 1 to 63 characters, each one of a–z, 0–9 and "-".`),
		"my model":               bad(`The model ID has the space " " at position 3` + allowed + ` For example, "my-model" is valid.`),
		"my_model":               bad(`The model ID has the underscore "_" at position 3` + allowed + ` For example, "my-model" is valid.`),
		"qwen2.5":                bad(`The model ID has the dot "." at position 6` + allowed + ` For example, "qwen2-5" is valid.`),
		"Qwen":                   bad(`The model ID has the upper-case letter "Q" at position 1` + allowed + ` For example, "qwen" is valid.`),
		"a/b":                    bad(`The model ID has the slash "/" at position 2` + allowed + ` For example, "a-b" is valid.`),
		"accounts/demo/models/m": bad(`The model ID has the slash "/" at position 9` + allowed + ` Use the ID alone, without the account: "m".`),
		"accounts/demo/models/M": bad(
			`The model ID has the slash "/" at position 9` + allowed +
				` All characters that are not allowed: "/", "M". For example, "accounts-demo-models-m" is valid.`,
		),
		"a:b": bad(`The model ID has the character ":" at position 2` + allowed + ` For example, "a-b" is valid.`),
		"a\n": bad(
			`The model ID has the control character "\n" (U+000A) at position 2` + allowed + ` For example, "a" is valid.`,
		),
		"é": bad(`The model ID has the character "é" (U+00E9) at position 1` + allowed),
		"a\u00a0b": bad(
			`The model ID has the character "\u00a0" (U+00A0) at position 2` + allowed + ` For example, "a-b" is valid.`,
		),
		"a\ufffdb": bad(`The model ID has the character "�" (U+FFFD) at position 2` + allowed + ` For example, "a-b" is valid.`),
		"ab\xffc": bad(
			`The model ID has the byte "\xff", which is not valid UTF-8, at position 3` + allowed + ` For example, "ab-c" is valid.`,
		),
		"日本_日x": bad(`The model ID has the character "日" (U+65E5) at position 1` + allowed +
			` All characters that are not allowed: "日", "本", "_". For example, "x" is valid.`),
		"Qwen 2.5 B": bad(`The model ID has the upper-case letter "Q" at position 1` + allowed +
			` All characters that are not allowed: "Q", " ", ".", "B". For example, "qwen-2-5-b" is valid.`),
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ": bad(`The model ID has the upper-case letter "A" at position 1` + allowed +
			` All characters that are not allowed: "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O",` +
			` "P", "Q", "R", "S", "T"` +
			` and 6 more. For example, "abcdefghijklmnopqrstuvwxyz" is valid.`),
		strings.Repeat("z", 70): bad(`The model ID has 70 characters, which is 7 too many; at most 63 are allowed.`),
		strings.Repeat("é", 64): {
			`The model ID has the character "é" (U+00E9) at position 1` + allowed,
			`The model ID has 64 characters, which is 1 too many; at most 63 are allowed.`,
		},
	}
	for id, want := range tests {
		t.Run(quoteShort(id), func(t *testing.T) {
			t.Parallel()

			if diff := cmp.Diff(want, ValidateModelID(id)); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBuildModelID(t *testing.T) {
	t.Parallel()

	x := func(n int) string { return strings.Repeat("x", n) }
	y := func(n int) string { return strings.Repeat("y", n) }

	tests := map[string]struct {
		parts []string
		want  string
	}{
		"one part":                             {[]string{"Qwen3 8B"}, "qwen3-8b"},
		"runs become one hyphen":               {[]string{"a _.--B"}, "a-b"},
		"ends are trimmed":                     {[]string{"--a--", "__b__"}, "a-b"},
		"empty parts are dropped":              {[]string{"", "a", "  ", "b", "__"}, "a-b"},
		"only the first is empty":              {[]string{"日本", "b"}, "b"},
		"bad bytes":                            {[]string{"a\xffb"}, "a-b"},
		"exactly the greatest length":          {[]string{x(56), "step50"}, x(56) + "-step50"},
		"the first is shortened":               {[]string{x(60), "step50"}, x(56) + "-step50"},
		"a cut leaves no hyphen":               {[]string{x(55) + "-xxxx", "step50"}, x(55) + "-step50"},
		"the first keeps one character":        {[]string{x(9), y(61)}, "x-" + y(61)},
		"the first is dropped":                 {[]string{x(9), y(62)}, y(62)},
		"the first is dropped, next shortened": {[]string{"first", x(70), "last"}, x(58) + "-last"},
		"the next that fits stays whole":       {[]string{"first", x(57), "last"}, x(57) + "-last"},
		"a single part is cut":                 {[]string{x(62) + "-y"}, x(62)},
		"the last part is cut":                 {[]string{"a", "b", y(80)}, y(63)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got, err := BuildModelID(test.parts...)
			if err != nil || got != test.want {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
		})
	}
}

func TestBuildModelID_NoCharacters(t *testing.T) {
	t.Parallel()

	for _, parts := range [][]string{nil, {""}, {"", "__", "日本"}} {
		if got, err := BuildModelID(parts...); got != "" || !errors.Is(err, errNoModelID) {
			t.Errorf("%q: got %q, %v", parts, got, err)
		}
	}
}

func TestModelIDRules(t *testing.T) {
	t.Parallel()

	want := "A model ID has 1 to 63 characters, each one of `a`–`z`, `0`–`9` and `-`."
	if got := ModelIDRules(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
