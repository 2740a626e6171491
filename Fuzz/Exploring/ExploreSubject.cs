// What is explored once: a scenario under a protocol and rules, and, when a certificate is checked, what it says. All subjects of
// a command line are read before the first is explored, which may take hours.

using System.Globalization;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Exploring;

/// <summary>One exploration to be made.</summary>
/// <param name="Name">File that it comes from.</param>
/// <param name="Scenario">The scenario.</param>
/// <param name="Protocol">The protocol.</param>
/// <param name="Rules">The profile.</param>
/// <param name="JudgesAllCalls">Whether all calls are judged.</param>
/// <param name="Defects">Defects that are on.</param>
/// <param name="Reduction">What is left out.</param>
/// <param name="Expected">The certificate that is checked, or null.</param>
internal sealed record ExploreSubject(
    string Name, Scenario Scenario, IProtocol Protocol, Profile Rules, bool JudgesAllCalls, DefectSet Defects,
    Reduction Reduction,
    Certificate? Expected)
{
    /// <summary>Name of a search of this subject by this build; a kept state of another is of no use.</summary>
    internal string StateName
    {
        get
        {
            string rest = $"{string.Join(',', DefectNames.List(Defects))} {JudgesAllCalls}";
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{Protocol.Name}-{Profiles.NameOf(Rules)}-{ScenarioHash.Of(Scenario):x16}-{Reduction}-"
                + $"{ScenarioHash.Of(rest):x16}-{Certificate.PresentModel}");
        }
    }

    /// <summary>Makes a runner.</summary>
    internal ScenarioRunner MakeRunner()
    {
        var runner = new ScenarioRunner(Protocol, Rules);
        runner.System.JudgesAllCalls = JudgesAllCalls;
        return runner;
    }
}
