// Programs from text that a test has in its source; a mistake in such a text fails the test and says where it is.

using Managarm.Perf.Core;
using Managarm.Perf.Corpus;

namespace Managarm.Perf.Servers.Tests;

internal static class ProgramText
{
    internal static Program Parse(string text)
    {
        var scenario = new Scenario();
        bool isValid = new ScenarioParser().TryParse("test", text, scenario, out ScenarioError? error);
        Assert.True(isValid, error?.ToString());
        return scenario.Program;
    }
}
