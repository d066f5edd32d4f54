import type {
  Challenge,
  DataExport,
  DocumentId,
  Host,
  PersonalProof,
  Problem,
} from '../../cloud/contract/types';
import { runJob } from '../../cloud/functions/job/jobs';
import { control, TestUser, type Answer } from './client';
import { cardWish, SecureUser } from './device';
import type { Stack } from './stack';

/** A user who makes use of their rights over what is kept about them. */
export class Person extends SecureUser {
  private constructor(
    private readonly stack: Stack,
    user: TestUser,
  ) {
    super(stack, user);
  }

  static async make(stack: Stack, host: Host, name?: string): Promise<Person> {
    const person = new Person(stack, await TestUser.signIn(stack, host, name));
    await person.user.agree('privacy_policy', 'user_agreement');
    return person;
  }

  get accountId(): string {
    return this.user.session.account.id;
  }

  /** Binds a card and sets the phone that the host tells; the phone. */
  async giveSecrets(card: string): Promise<string> {
    await this.user.agree('bank_card', 'phone_number');
    await this.user.expect(201, '/v1/cards', await cardWish(this.user, card));
    const { proof } = await control(this.stack, 'phone-proofs', {
      host: this.user.host,
      user: this.user.name,
    });
    await this.user.expect(200, '/v1/security/phone', { proof, loginCode: await this.loginCode() });
    return String((await control(this.stack, `users/${this.user.name}`)).phone);
  }

  /** A fresh sign-in, and a challenge passed by the PIN where there is one. */
  async proof(action: string, pin?: string): Promise<PersonalProof> {
    if (pin === undefined) return { loginCode: await this.loginCode() };
    const { id } = await this.user.expect<Challenge>(201, '/v1/security/challenges', { action });
    await this.answer(id, pin);
    return { loginCode: await this.loginCode(), challengeId: id };
  }

  askExport(proof: PersonalProof): Promise<Answer<DataExport & Problem>> {
    return this.user.send('/v1/me/exports', { body: proof });
  }

  /** Asks for an export and has it made; the document. */
  async exported(pin?: string): Promise<Record<string, unknown>> {
    const { id } = (await this.askExport(await this.proof('export_data', pin))).body;
    await runJob(this.stack.deps, 'make-exports');
    return this.user.expect(200, `/v1/me/exports/${id}/content`);
  }

  async askDeletion(pin?: string): Promise<Answer<Problem>> {
    return this.user.send('/v1/me/deletion', { body: await this.proof('delete_account', pin) });
  }

  withdraw(document: DocumentId, challengeId?: string): Promise<Answer<Problem>> {
    return this.user.send('/v1/me/consents/withdraw', { body: { document, challengeId } });
  }
}

/** How an answer failed, or its status. */
export const codeOf = ({ status, body }: Answer<Partial<Problem>>): string =>
  body.code === undefined ? `${status}` : `${status} ${body.code}`;
