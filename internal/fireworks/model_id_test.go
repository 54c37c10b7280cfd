// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"fmt"
	"math/rand/v2"
	"slices"
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

		"": bad(`The model ID is empty; it needs 1 to 63 characters, each one of a–z, 0–9 and "-".`),
		"my model": bad(`The model ID has the space " " at position 3` + allowed +
			` For example, "my-model" is valid.`),
		"my_model": bad(`The model ID has the underscore "_" at position 3` + allowed +
			` For example, "my-model" is valid.`),
		"qwen2.5": bad(`The model ID has the dot "." at position 6` + allowed +
			` For example, "qwen2-5" is valid.`),
		"Qwen": bad(`The model ID has the upper-case letter "Q" at position 1` + allowed +
			` For example, "qwen" is valid.`),
		"a/b": bad(`The model ID has the slash "/" at position 2` + allowed +
			` For example, "a-b" is valid.`),
		"accounts/demo/models/m": bad(`The model ID has the slash "/" at position 9` + allowed +
			` Use the ID alone, without the account: "m".`),
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
		"a\ufffdb": bad(`The model ID has the character "�" (U+FFFD) at position 2` + allowed +
			` For example, "a-b" is valid.`),
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
		"one part":                     {[]string{"Qwen3 8B"}, "qwen3-8b"},
		"runs become one hyphen":       {[]string{"a _.--B"}, "a-b"},
		"ends are trimmed":             {[]string{"--a--", "__b__"}, "a-b"},
		"bad bytes":                    {[]string{"a\xffb"}, "a-b"},
		"exactly the greatest length":  {[]string{x(56), "step50"}, x(56) + "-step50"},
		"the first is shortened":       {[]string{x(60), "step50"}, x(47) + "-lbg4niim-step50"},
		"a cut leaves no hyphen":       {[]string{x(46) + "-xxxxxxxxxx", "step50"}, x(46) + "-padgwfza-step50"},
		"a part that fits stays whole": {[]string{x(60), "v2", "step50"}, x(44) + "-v2-evpmlwmz-step50"},
		"the second after the first": {[]string{x(60), y(50), "step50"}, x(8) + "-" + y(38) +
			"-q67jjn5j-step50"},
		"a short first stays whole": {[]string{"first", x(57), "last"}, "first-" + x(43) + "-ux3njrmn-last"},
		"the last loses its start":  {[]string{x(9), y(61) + "-z"}, x(8) + "-gwdcor6e-" + y(43) + "-z"},
		"a single part keeps both ends": {[]string{"start-" + x(62) + "-end"}, "start-xx-vozn6pxr-" + x(41) +
			"-end"},
		"the end of the last before a start": {[]string{x(9), x(9), x(9), x(9), x(9), y(30)},
			"xxxxxxxx-xxxxxxxx-xxxxxxxx-vpjn5s53-" + y(24)},
		"the end of the last before anything": {append(slices.Repeat([]string{"ab"}, 30), y(80)),
			strings.Repeat("ab-", 10) + "3mhuhdfz-" + y(24)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got, err := BuildModelID(test.parts...)
			if err != nil || got != test.want || len(ValidateModelID(got)) > 0 {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
		})
	}
}

func TestBuildModelID_NoCharacters(t *testing.T) {
	t.Parallel()

	for want, parts := range map[string][]string{
		"a model ID needs at least one part":                             nil,
		`the part "" contains neither a letter a–z nor a digit 0–9`:      {"a", ""},
		`the part "日本 __" contains neither a letter a–z nor a digit 0–9`: {"日本 __", "a"},
	} {
		if got, err := BuildModelID(parts...); got != "" || err == nil || err.Error() != want {
			t.Errorf("%q: got %q, %v, want %q", parts, got, err, want)
		}
	}
}

// TestBuildModelID_Distinct builds the IDs of many checkpoints with the names that the platform gives them: no two are
// equal.
func TestBuildModelID_Distinct(t *testing.T) {
	t.Parallel()

	const checkpoints = 25_000

	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // names need no cryptographic randomness
	word := func(n int) string {
		const characters = "abcdefghijklmnopqrstuvwxyz0123456789"

		text := make([]byte, n)
		for i := range text {
			text[i] = characters[random.IntN(len(characters))]
		}

		return string(text)
	}

	run := "sft-" + word(40)
	seen := map[string][]string{}

	for i := range checkpoints {
		// Steps of one run, or of several, as the platform stores them: with a suffix of 8 hexadecimal digits.
		saved := []string{
			fmt.Sprintf("step-%d", i), fmt.Sprintf("%s-step-%d", run, i),
			fmt.Sprintf("epoch-%d-final-merged-%s", i%3, word(12)),
			fmt.Sprintf("run-%016x-%s-%s", random.Uint64(), word(30), "step-100"),
		}[i%4]
		checkpoint := fmt.Sprintf("%s-%08x", saved, random.Uint32())
		parts := [][]string{
			{checkpoint}, {"support", checkpoint}, {"customer-support-emea", run, checkpoint},
			// The same checkpoint ID in many jobs.
			{"customer-support", "rft-" + word(50), "checkpoint-of-the-last-step-of-the-run-step-100-5e6f7a8b"},
		}[random.IntN(4)]

		id, err := BuildModelID(parts...)
		if err != nil || len(ValidateModelID(id)) > 0 {
			t.Fatalf("%q became %q, %v", parts, id, err)
		}

		if other, ok := seen[id]; ok {
			t.Fatalf("%q and %q both became %q", other, parts, id)
		}

		seen[id] = parts
	}
}

func TestModelIDRules(t *testing.T) {
	t.Parallel()

	want := "A model ID has 1 to 63 characters, each one of `a`–`z`, `0`–`9` and `-`."
	if got := ModelIDRules(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
