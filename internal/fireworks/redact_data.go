package fireworks

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
)

const (
	// minDataSecret is the length from which on a text is taken for a secret in data too: a shorter one may well be a word that data contain.
	minDataSecret = 16
	// minProbe is the length of the shortest piece of a secret that is worth looking for in a whole answer.
	minProbe = 8
	// escapeMarks are what every escaped spelling has in it, however often it was escaped. An answer without them needs no unescaping.
	escapeMarks = `\%&`
	// nameFrom is how the names of all resources begin.
	nameFrom = "accounts/"
)

// dataRedactor takes secrets out of the data of an answer, which may become part of a state. Resource names are data that have to stay
// what they are, so only the key is taken out of them: the value of a header, such as the name of a team, may well be part of one.
type dataRedactor struct {
	names, texts redactor
	probes       [][]byte
	// always tells that a secret has no piece to look for.
	always bool
}

func newDataRedactor(key string, headers []string) *dataRedactor {
	long := slices.DeleteFunc(append([]string{key}, headers...), func(secret string) bool { return len(secret) < minDataSecret })
	if len(long) == 0 {
		return nil
	}

	d := &dataRedactor{names: newRedactor(nil), texts: newRedactor(long)}
	if len(key) >= minDataSecret {
		d.names = newRedactor([]string{key})
	}

	for _, secret := range long {
		for _, spelling := range spellings(secret) {
			if strings.ContainsAny(spelling, escapeMarks) {
				continue
			}

			probe := longestPlain(spelling)
			d.always = d.always || len(probe) < minProbe
			d.probes = append(d.probes, []byte(probe))
		}
	}

	slices.SortFunc(d.probes, bytes.Compare)
	d.probes = slices.CompactFunc(d.probes, bytes.Equal)

	return d
}

// longestPlain is the longest run of characters that JSON, URLs and HTML leave as they are.
func longestPlain(text string) string {
	longest := ""
	for _, run := range strings.FieldsFunc(text, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r != '_' && r != '-'
	}) {
		if len(run) > len(longest) {
			longest = run
		}
	}

	return longest
}

// clean takes secrets out of all texts of a value that was decoded from body.
func (d *dataRedactor) clean(body []byte, value any) {
	if d != nil && d.mayHoldSecret(body) {
		d.walk(reflect.ValueOf(value))
	}
}

// mayHoldSecret spares almost every answer the walk, and almost every text of the others the replacing.
func (d *dataRedactor) mayHoldSecret(body []byte) bool {
	return d.always || slices.ContainsFunc([]byte(escapeMarks), func(mark byte) bool { return bytes.IndexByte(body, mark) >= 0 }) ||
		slices.ContainsFunc(d.probes, func(probe []byte) bool { return bytes.Contains(body, probe) })
}

func (d *dataRedactor) walk(value reflect.Value) {
	switch value.Kind() {
	case reflect.Pointer:
		if !value.IsNil() {
			d.walk(value.Elem())
		}
	case reflect.Struct:
		for i := range value.NumField() {
			// Unexported fields are the insides of types that parse what they hold, such as a timestamp.
			if field := value.Type().Field(i); field.IsExported() || field.Anonymous {
				d.walk(value.Field(i))
			}
		}
	case reflect.Slice:
		for i := range value.Len() {
			if value.Type().Elem().Kind() != reflect.Uint8 {
				d.walk(value.Index(i))
			}
		}
	case reflect.Map:
		d.walkMap(value)
	case reflect.String:
		if value.CanSet() {
			value.SetString(d.text(value.String()))
		}
	default:
	}
}

// walkMap replaces the entries of a map: what is in a map cannot be changed in place.
func (d *dataRedactor) walkMap(m reflect.Value) {
	for _, oldKey := range m.MapKeys() {
		key, element := reflect.New(m.Type().Key()).Elem(), reflect.New(m.Type().Elem()).Elem()
		key.Set(oldKey)
		element.Set(m.MapIndex(oldKey))
		d.walk(key)
		d.walk(element)

		m.SetMapIndex(oldKey, reflect.Value{})
		m.SetMapIndex(key, element)
	}
}

func (d *dataRedactor) text(s string) string {
	if !d.mayHoldSecret([]byte(s)) {
		return s
	}

	if strings.HasPrefix(s, nameFrom) {
		return d.names.withoutSecrets(s)
	}

	return d.texts.withoutSecrets(s)
}

// Clean returns s as it is in an answer of the API, from which the client has taken its secrets out.
func (c *Client) Clean(s string) string {
	if c.redact.data == nil {
		return s
	}

	return c.redact.data.text(s)
}
