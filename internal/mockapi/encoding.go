// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

// decodeStrict decodes one JSON value. Unlike encoding/json, it reports the path of an unknown field or a wrong type.
func decodeStrict(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()

	var value any
	if err := decoder.Decode(&value); err != nil {
		return syntaxError(text, err)
	}

	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more after the end of the JSON value")
	}

	if err := checkValue("", value, reflect.TypeOf(into).Elem()); err != nil {
		return err
	}

	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("invalid JSON: %w", err)
	}

	return nil
}

func syntaxError(text []byte, err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		line := bytes.Count(text[:min(int(syntax.Offset), len(text))], []byte("\n")) + 1
		return fmt.Errorf("invalid JSON in line %d: %w", line, err)
	}

	return fmt.Errorf("invalid JSON: %w", err)
}

// checkValue returns an error for the first place where a decoded JSON value does not match a type.
func checkValue(path string, value any, t reflect.Type) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}

	switch t {
	case reflect.TypeFor[time.Duration]():
		return checkDuration(path, value)
	case reflect.TypeFor[json.RawMessage]():
		return nil
	}

	switch t.Kind() {
	case reflect.Struct:
		return checkObject(path, value, t)
	case reflect.Slice:
		return checkList(path, value, t)
	case reflect.Map:
		return checkMap(path, value, t)
	case reflect.String:
		_, ok := value.(string)
		return expect(path, ok, "a string")
	case reflect.Bool:
		_, ok := value.(bool)
		return expect(path, ok, "true or false")
	case reflect.Float64:
		_, ok := value.(json.Number)
		return expect(path, ok, "a number")
	default:
		number, ok := value.(json.Number)
		ok = ok && json.Unmarshal([]byte(number), reflect.New(t).Interface()) == nil

		return expect(path, ok, "a whole number")
	}
}

func expect(path string, ok bool, what string) error {
	if ok {
		return nil
	}

	if path == "" {
		return fmt.Errorf("must be %s", what)
	}

	return fmt.Errorf("%s: must be %s", path, what)
}

func checkObject(path string, value any, t reflect.Type) error {
	object, ok := value.(map[string]any)
	if !ok {
		return expect(path, false, "an object")
	}

	known := map[string]reflect.Type{}

	for field := range t.Fields() {
		if !field.IsExported() {
			continue
		}

		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		known[name] = field.Type
	}

	for _, name := range sortedKeys(object) {
		fieldPath := strings.TrimPrefix(path+"."+name, ".")

		fieldType, ok := known[name]
		if !ok {
			return &unknownFieldError{path: fieldPath, known: sortedKeys(known)}
		}

		if err := checkValue(fieldPath, object[name], fieldType); err != nil {
			return err
		}
	}

	return nil
}

// unknownFieldError is a field that a type does not have.
type unknownFieldError struct {
	path  string
	known []string
}

// Error returns the message for a file of fixtures or faults.
func (e *unknownFieldError) Error() string {
	return fmt.Sprintf("%s: unknown field; known are %s", e.path, strings.Join(e.known, ", "))
}

func checkList(path string, value any, t reflect.Type) error {
	list, ok := value.([]any)
	if !ok {
		return expect(path, false, "a list")
	}

	for i, item := range slices.All(list) {
		if err := checkValue(fmt.Sprintf("%s[%d]", path, i), item, t.Elem()); err != nil {
			return err
		}
	}

	return nil
}

func checkMap(path string, value any, t reflect.Type) error {
	object, ok := value.(map[string]any)
	if !ok {
		return expect(path, false, "an object")
	}

	for _, key := range sortedKeys(object) {
		if err := checkValue(path+"."+key, object[key], t.Elem()); err != nil {
			return err
		}
	}

	return nil
}

func checkDuration(path string, value any) error {
	text, ok := value.(string)
	if ok {
		_, err := time.ParseDuration(text)
		ok = err == nil
	}

	return expect(path, ok, `a duration such as "1.5s"`)
}

// decodeBody decodes a JSON object that contains only allowed fields.
func decodeBody(body []byte, into any, allowed []string) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil || fields == nil {
		return invalid("the request body is not a JSON object")
	}

	for _, name := range sortedKeys(fields) {
		if !slices.Contains(allowed, name) {
			return unknownField(body, name)
		}
	}

	if err := json.Unmarshal(body, into); err != nil {
		return invalid("invalid request body: %s", describeJSONError(err))
	}

	return nil
}

// decodeFields decodes some of the fields of the body of a request.
func decodeFields(body []byte, fields map[string]json.RawMessage, into any) error {
	text, err := json.Marshal(fields)
	if err != nil {
		return err
	}

	return asRequestError(body, decodeStrict(text, into))
}

// decodeRequest decodes the body of a request as decodeStrict does. Its errors are those of the API.
func decodeRequest(body []byte, into any) error {
	return asRequestError(body, decodeStrict(body, into))
}

func asRequestError(body []byte, err error) error {
	if unknown, ok := errors.AsType[*unknownFieldError](err); ok {
		return unknownField(body, lastPart(unknown.path))
	}

	if err != nil {
		return invalid("%v", err)
	}

	return nil
}

func lastPart(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

// unknownField returns the error of the API's JSON decoder, which names the line and the column of the field.
func unknownField(body []byte, name string) error {
	quoted, _ := json.Marshal(name)
	before := body[:max(0, bytes.Index(body, quoted))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n')

	return invalid("proto: (line %d:%d): unknown field %q", line, column, name)
}

// decodeNumbers decodes JSON without changing its numbers.
func decodeNumbers(text []byte) (value any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()

	return value, decoder.Decode(&value)
}

func describeJSONError(err error) string {
	return strings.TrimPrefix(fmt.Sprint(err), "json: ")
}

func formatTime(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// parseTime parses a timestamp. It returns the zero time if the timestamp is invalid.
func parseTime(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}
	}

	return t
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
