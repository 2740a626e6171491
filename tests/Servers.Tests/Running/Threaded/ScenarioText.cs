// Scenarios from text that a test has in its source; a mistake in such a text fails the test and says where it is.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Servers.Tests.Running.Threaded;

internal static class ScenarioText
{
    internal static Scenario Parse(string text)
    {
        var file = new ScenarioFile();
        bool isValid = new ScenarioParser().TryParse("test", text, file, out ScenarioError? error);
        Assert.True(isValid, error?.ToString());
        return file.Scenario;
    }
}
