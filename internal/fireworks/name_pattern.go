// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// namePattern is the form of a resource name, split into its segments.
type namePattern struct {
	kind     string
	form     string
	segments []string
}

// allNamePatterns are the patterns of all names.
var allNamePatterns []namePattern

// newNamePattern adds the form of one more resource name to allNamePatterns.
func newNamePattern(kind, form string) namePattern {
	pattern := namePattern{kind: kind, form: form, segments: strings.Split(form, "/")}
	allNamePatterns = append(allNamePatterns, pattern)

	return pattern
}

const (
	checkpointNameKind      = "checkpoint name"
	trainingShapeNameKind   = "training shape name"
	deploymentShapeNameKind = "deployment shape name"
	fineTuningJobNameKind   = "fine-tuning job name"
)

var (
	jobPattern                    = newNamePattern("trainer job name", JobNameForm)
	sessionPattern                = newNamePattern("training session name", SessionNameForm)
	jobCheckpointPattern          = newNamePattern(checkpointNameKind, JobCheckpointNameForm)
	sessionCheckpointPattern      = newNamePattern(checkpointNameKind, SessionCheckpointNameForm)
	modelPattern                  = newNamePattern("model name", ModelNameForm)
	deploymentPattern             = newNamePattern("deployment name", DeploymentNameForm)
	shapePattern                  = newNamePattern(trainingShapeNameKind, TrainingShapeNameForm)
	shapeVersionPattern           = newNamePattern(trainingShapeNameKind, TrainingShapeVersionNameForm)
	deployedModelPattern          = newNamePattern("deployed model name", DeployedModelNameForm)
	deploymentShapePattern        = newNamePattern(deploymentShapeNameKind, DeploymentShapeNameForm)
	deploymentShapeVersionPattern = newNamePattern(deploymentShapeNameKind, DeploymentShapeVersionNameForm)
	routerPattern                 = newNamePattern("router name", RouterNameForm)
	supervisedJobPattern          = newNamePattern(fineTuningJobNameKind, SupervisedFineTuningJobNameForm)
	dpoJobPattern                 = newNamePattern(fineTuningJobNameKind, DPOJobNameForm)
	reinforcementJobPattern       = newNamePattern(fineTuningJobNameKind, ReinforcementFineTuningJobNameForm)
	operationPattern              = newNamePattern("long-running operation name", operationNameForm)
)

// nameIDs are the IDs in a name, in their order. A name has at most three; the others are empty.
type nameIDs [3]string

// match returns the IDs in a name, or how many segments match and why the next one does not.
func (p namePattern) match(name string) (ids nameIDs, fitted int, reason string) {
	segments := strings.SplitN(name, "/", len(p.segments)+2)
	for i, want := range p.segments {
		switch {
		case i == len(segments):
			return nameIDs{}, i, fmt.Sprintf("%q is missing at its end", "/"+strings.Join(p.segments[i:], "/"))
		case strings.HasPrefix(want, "{"):
			if problem := idProblem(segments[i]); problem != "" {
				return nameIDs{}, i, "its " + want + " part " + problem
			}

			// Every ID follows the name of its collection.
			ids[i/2] = segments[i]
		case segments[i] != want:
			reason = fmt.Sprintf("it has %s instead of %q", quoteShort(segments[i]), want)
			if strings.EqualFold(segments[i], want) {
				reason += " (names are case-sensitive)"
			}

			return nameIDs{}, i, reason
		}
	}

	if n := len(p.segments); len(segments) > n {
		return nameIDs{}, n, fmt.Sprintf("it has more than the %d segments of a %s", n, p.kind)
	}

	return ids, len(p.segments), ""
}

// parseName returns which of the patterns, all of one kind, matches the name. If none does, there are no IDs.
func parseName(name string, patterns ...namePattern) (form string, ids nameIDs, err error) {
	kind, forms := patterns[0].kind, make([]string, 0, len(patterns))
	reason, best := "", -1

	problem := textProblem(name)
	for _, p := range patterns {
		ids, fitted, why := p.match(name)
		if why == "" && problem == "" {
			return p.form, ids, nil
		}

		if fitted > best {
			reason, best = why, fitted
		}

		forms = append(forms, p.form)
	}

	if general := generalReason(name, kind); general != "" {
		reason = general
	}

	return "", nameIDs{}, &NameError{
		Kind:       kind,
		Value:      name,
		Expected:   strings.Join(forms, " or "),
		Reason:     reason,
		Suggestion: nameWithin(name, patterns),
	}
}

// generalReason describes a mistake that concerns the whole name.
func generalReason(name, kind string) string {
	if problem := textProblem(name); problem != "" {
		return "it " + problem
	}

	switch {
	case strings.Contains(name, "://"):
		return `it is a URL; a resource name starts with "accounts/"`
	case strings.HasPrefix(name, "/"):
		return `it starts with a slash; a resource name starts with "accounts/"`
	case strings.HasSuffix(name, "/"):
		return "it ends with a slash"
	case !strings.Contains(name, "/") && kind == checkpointNameKind:
		return "it is only an ID; the full name is required, as data.fireworks_checkpoints returns it"
	case !strings.Contains(name, "/"):
		return "it is only an ID; the full name is required"
	}

	if other := matchesAny(name, allNamePatterns); other != nil {
		return "it is a " + other.kind
	}

	return ""
}

// matchesAny returns the pattern that matches the name, nil if there is none.
func matchesAny(name string, patterns []namePattern) *namePattern {
	if textProblem(name) != "" {
		return nil
	}

	for i := range patterns {
		if _, _, reason := patterns[i].match(name); reason == "" {
			return &patterns[i]
		}
	}

	return nil
}

// nameWithin finds a name in what users copy along with it: a URL, white space, further segments.
func nameWithin(text string, patterns []namePattern) string {
	name := strings.TrimSpace(text)
	if start := strings.Index(name, "accounts/"); start >= 0 {
		name = name[start:]
	}

	if end := strings.IndexAny(name, "?#"); end >= 0 {
		name = name[:end]
	}

	name = strings.TrimRight(name, "/")
	if matchesAny(name, patterns) != nil {
		return name
	}

	length := len(patterns[0].segments)
	if segments := strings.SplitN(name, "/", length+1); len(segments) > length {
		if start := strings.Join(segments[:length], "/"); matchesAny(start, patterns) != nil {
			return start
		}
	}

	return ""
}

// idProblem describes what makes an ID invalid, as a predicate such as "is empty"; it is empty for a valid ID.
func idProblem(id string) string {
	switch {
	case strings.Contains(id, "/"):
		return "contains a slash"
	case id == "." || id == "..":
		return "is " + strconv.Quote(id) + ", which is not an ID"
	}

	return textProblem(id)
}

// textProblem is idProblem without the rules about slashes and dots.
func textProblem(text string) string {
	if text == "" {
		return "is empty"
	}

	if !utf8.ValidString(text) {
		return "is not valid UTF-8"
	}

	if strings.TrimSpace(text) != text {
		return "starts or ends with white space"
	}

	position := 0
	for _, r := range text {
		position++
		if unicode.IsControl(r) {
			return fmt.Sprintf("contains a control character (%U) at position %d", r, position)
		}
	}

	return ""
}

const maxQuotedCharacters = 100

// quoteShort quotes at most the first maxQuotedCharacters characters of a value, which may have megabytes.
func quoteShort(text string) string {
	count := 0
	for i := range text {
		if count == maxQuotedCharacters {
			return strconv.Quote(text[:i] + "…")
		}

		count++
	}

	return strconv.Quote(text)
}
