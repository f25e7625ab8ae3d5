// The states of a lesson, from the table of contents to an exercise that is solved; states.mjs walks them.
const MINUTE = 60_000;
const button = (page, name) => page.getByRole("button", { name, exact: true });

export const LESSONS = {
  at: () => "/learn",
  states: {
    contents: async (page) => { await page.locator("#lesson h2").waitFor(); await page.locator(".contents summary").first().click(); },
    lesson: async (page) => {
      await page.getByRole("link", { name: "The chain rule by hand" }).click();
      await page.getByRole("heading", { name: "One link of the chain" }).waitFor();
    },
    exercise: async (page) => {
      await page.getByRole("link", { name: "Next", exact: true }).click();
      await page.getByRole("heading", { name: "Your turn: walk back" }).waitFor();
    },
    "exercise-failed": async (page) => {
      await button(page, "Put it into the editor").click();
      await button(page, "Check my answer").click();
      await page.locator(".verdict-box.not-yet").waitFor({ timeout: MINUTE });
      await button(page, "Hint 1 of 1").click();
      await button(page, "Show an answer").click();
    },
    "exercise-solved": async (page) => {
      await page.locator(".hint-text").getByRole("button", { name: "Put it into the editor" }).click();
      await button(page, "Check my answer").click();
      await page.locator(".verdict-box.passed").waitFor({ timeout: MINUTE });
    },
    "contents-with-progress": async (page) => {
      await page.getByRole("link", { name: "All lessons" }).click();
      await page.getByRole("link", { name: "Go on where you were" }).waitFor();
    },
  },
};
