import os
import time

import openai

client = openai.OpenAI(
    base_url=os.environ["INFERENCE_BASE_URL"],
    api_key=os.environ["FIREWORKS_API_KEY"],
)


def complete(messages, wait=900):
    """Return a completion; wait for a deployment that is scaling up from zero."""
    deadline = time.monotonic() + wait

    while True:
        try:
            return client.chat.completions.create(
                model=os.environ["INFERENCE_MODEL"],
                messages=messages,
            )
        except openai.InternalServerError as error:
            if error.status_code != 503 or time.monotonic() > deadline:
                raise
            time.sleep(5)


completion = complete([{"role": "user", "content": "Where is my order?"}])
print(completion.choices[0].message.content)
